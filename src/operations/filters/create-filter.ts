import { LimitExceededException } from '../../contract/errors.ts'
import { checkFilter, fieldsOf } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { schemasIn } from '../datasets.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertBelow } from '../quotas.ts'
import { createResource, findResource } from '../resources.ts'
import { fieldsIn } from './fields.ts'

/**
 * Creates a filter, whose fields must be in the datasets of its group. It is ACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateFilter.html
 */
export const createFilter = exclusiveOperation('CreateFilter', async (services, input) => {
  const { store, arns, quotas } = services
  const { name, datasetGroupArn, filterExpression, tags } = input
  await findResource(store, 'dataset-group', datasetGroupArn)
  const schemas = await schemasIn(services, datasetGroupArn)
  const fields = fieldsOf(checkFilter(parseFilter(filterExpression), schemas))
  const filters = await store.resources.list({ kind: 'filter', parent: datasetGroupArn })
  assertBelow(quotas.filters, filters.length, 'in ACTIVE state')
  const distinct = new Set([...fields, ...filters.flatMap(fieldsIn)])
  if (distinct.size > quotas.filterFields) {
    const most = `${quotas.filterFields} distinct dataset fields across all filters of a dataset group`
    throw new LimitExceededException(`More than ${most}, with ${fields.join(', ')}.`)
  }
  const arn = arns.of(`filter/${name}`)
  const document = { name, datasetGroupArn, filterExpression, fields }
  await createResource(store, { kind: 'filter', arn, parent: datasetGroupArn, status: 'ACTIVE', document, tags })
  return { filterArn: arn }
})
