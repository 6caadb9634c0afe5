import { exclusiveOperation } from '../operation.ts'
import { findResource, removeResource } from '../shared/resources.ts'
import { rememberDeleted } from './deleted.ts'

/** Deletes an empty dataset group. Its datasets, event trackers and solutions must be deleted first. */
export const deleteDatasetGroup = exclusiveOperation('DeleteDatasetGroup', async ({ store }, { datasetGroupArn }) => {
  const group = await findResource(store, 'dataset-group', datasetGroupArn)
  await removeResource(store, 'dataset-group', datasetGroupArn)
  rememberDeleted(store, group)
  return {}
})
