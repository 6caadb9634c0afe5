import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a filter; its name can be used again. */
export const deleteFilter = exclusiveOperation('DeleteFilter', async ({ store }, { filterArn }) => {
  await removeResource(store, 'filter', filterArn)
  return {}
})
