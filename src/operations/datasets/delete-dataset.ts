import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a dataset with all its data, unless a job is working on it. It is gone at once, its rows soon after. */
export const deleteDataset = exclusiveOperation('DeleteDataset', async ({ store, datasets }, { datasetArn }) => {
  await removeResource(store, 'dataset', datasetArn)
  datasets.forget(datasetArn)
  return {}
})
