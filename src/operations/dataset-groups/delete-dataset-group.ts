import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes an empty dataset group: its datasets, event trackers and solutions go first. */
export const deleteDatasetGroup = exclusiveOperation('DeleteDatasetGroup', async ({ store }, { datasetGroupArn }) => {
  await removeResource(store, 'dataset-group', datasetGroupArn)
  return {}
})
