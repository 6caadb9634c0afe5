import { LimitExceededException } from '../../contract/errors.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { checkNewFilter, fieldsOf } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { inPages } from '../../store/pages.ts'
import { exclusiveOperation, type Services } from '../operation.ts'
import { ACTIVE_RESOURCES, assertBelow } from '../shared/quotas.ts'
import { createResource, findResource } from '../shared/resources.ts'
import { fieldsIn } from './fields.ts'

/**
 * Creates a filter. Its fields must be in the datasets of its group. It is ACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateFilter.html
 */
export const createFilter = exclusiveOperation('CreateFilter', async (services, input) => {
  const { store, arns, quotas } = services
  const { name, datasetGroupArn, filterExpression, tags } = input
  await findResource(store, 'dataset-group', datasetGroupArn)
  const schemas = schemasOf(await datasetsOf(services.store, datasetGroupArn))
  const fields = fieldsOf(checkNewFilter(parseFilter(filterExpression), schemas))
  await assertBelow(store, quotas.filters, { kind: 'filter', parent: datasetGroupArn }, ACTIVE_RESOURCES)
  await assertFewFields(services, datasetGroupArn, fields)
  const arn = arns.of(`filter/${name}`)
  const document = { name, datasetGroupArn, filterExpression, fields }
  await createResource(store, { kind: 'filter', arn, parent: datasetGroupArn, status: 'ACTIVE', document, tags })
  return { filterArn: arn }
})

/** @throws LimitExceededException */
async function assertFewFields({ store, quotas }: Services, parent: string, fields: readonly string[]): Promise<void> {
  if (quotas.filterFields === Infinity) return
  const distinct = new Set(fields)
  for await (const filter of inPages(store.resources, { kind: 'filter', parent }))
    for (const field of fieldsIn(filter)) distinct.add(field)
  if (distinct.size <= quotas.filterFields) return
  const most = `${quotas.filterFields} distinct dataset fields across all filters of a dataset group`
  throw new LimitExceededException(`More than ${most}, with ${fields.join(', ')}.`)
}
