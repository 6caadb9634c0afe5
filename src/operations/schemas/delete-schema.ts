import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a schema that no dataset uses. */
export const deleteSchema = exclusiveOperation('DeleteSchema', async ({ store }, { schemaArn }) => {
  await removeResource(store, 'schema', schemaArn)
  return {}
})
