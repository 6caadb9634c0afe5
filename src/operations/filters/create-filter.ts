import { LimitExceededException } from '../../contract/errors.ts'
import type { DatasetType } from '../../datasets/schema.ts'
import { checkFilter, fieldsOf, type Schemas } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from '../datasets.ts'
import { exclusiveOperation } from '../operation.ts'
import { assertBelow } from '../quotas.ts'
import { createResource, findResource } from '../resources.ts'
import { fieldsIn } from './fields.ts'

/**
 * Creates a filter, whose fields must be in the datasets of its group. It is ACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateFilter.html
 */
export const createFilter = exclusiveOperation('CreateFilter', async ({ store, datasets, arns, quotas }, input) => {
  const { name, datasetGroupArn, filterExpression, tags } = input
  await findResource(store, 'dataset-group', datasetGroupArn)
  const schemas = await schemasIn(datasetGroupArn, store, datasets)
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

async function schemasIn(datasetGroupArn: string, store: Store, datasets: Datasets): Promise<Schemas> {
  const schemas: Partial<Record<DatasetType, Schemas[DatasetType]>> = {}
  for (const { arn } of await store.resources.list({ kind: 'dataset', parent: datasetGroupArn })) {
    const { type, schema } = await datasets.get(arn)
    schemas[type] = schema
  }
  return schemas
}
