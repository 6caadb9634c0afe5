import type { DatasetSchemaSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

export const listSchemas = operation('ListSchemas', async ({ store }, page) => {
  const { resources, nextToken } = await listPage(store, { kind: 'schema' }, page)
  return {
    schemas: resources.map(schema => present<DatasetSchemaSummary>('DatasetSchemaSummary', schema, 'schemaArn')),
    nextToken,
  }
})
