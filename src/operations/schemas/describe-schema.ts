import type { DatasetSchema } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

export const describeSchema = operation('DescribeSchema', async ({ store }, { schemaArn }) => ({
  schema: present<DatasetSchema>('DatasetSchema', await findResource(store, 'schema', schemaArn), 'schemaArn'),
}))
