import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a schema that no dataset uses. */
export const deleteSchema = exclusiveOperation('DeleteSchema', async ({ store }, { schemaArn }) => {
  await removeResource(store, 'schema', schemaArn)
  return {}
})
