import { assertUnfiltered } from '../filters/fields.ts'
import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'
import { assertNotTraining } from '../training-data.ts'

/**
 * Deletes a dataset with all its data, unless a job or a training is working on it or a filter uses its fields. It is
 * gone at once, its rows soon after.
 */
export const deleteDataset = exclusiveOperation('DeleteDataset', async ({ store, datasets }, { datasetArn }) => {
  const dataset = await datasets.get(datasetArn)
  await assertUnfiltered(store, dataset)
  await assertNotTraining(store, dataset)
  await removeResource(store, 'dataset', datasetArn)
  datasets.forget(datasetArn)
  return {}
})
