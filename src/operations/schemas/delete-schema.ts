import { operation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a schema that no dataset uses. */
export const deleteSchema = operation('DeleteSchema', async ({ store }, { schemaArn }) => {
  await removeResource(store, 'schema', schemaArn)
  return {}
})
