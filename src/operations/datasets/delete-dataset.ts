import { assertUnfiltered } from '../filters/fields.ts'
import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/**
 * Deletes a dataset with all its data, unless a job is working on it or a filter uses its fields. It is gone at once, its
 * rows soon after.
 */
export const deleteDataset = exclusiveOperation('DeleteDataset', async ({ store, datasets }, { datasetArn }) => {
  await assertUnfiltered(store, await datasets.get(datasetArn))
  await removeResource(store, 'dataset', datasetArn)
  datasets.forget(datasetArn)
  return {}
})
