import type { Store } from '../../store/store.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource, removeResource } from '../shared/resources.ts'
import { assertUnused } from './in-use.ts'

/**
 * Deletes a dataset with all its data, unless other resources use it. It is gone at once, and its rows soon after.
 * https://docs.aws.amazon.com/personalize/latest/dg/delete-dataset.html
 */
export const deleteDataset = exclusiveOperation(
  'DeleteDataset',
  async ({ store, datasets, serving }, { datasetArn }) => {
    if (await isOfEventTrackers(store, datasetArn)) return {}
    const dataset = await datasets.get(datasetArn)
    await assertUnused(store, dataset)
    await removeResource(store, 'dataset', datasetArn)
    datasets.forget(datasetArn)
    await serving.sweep()
    return {}
  },
)

/**
 * Whether the ARN is that of the group's event interactions dataset. Event trackers had one in the service's first
 * years, and programs of that time delete it (getting_started/notebooks/99 of AWS's samples). Here events are in the
 * Interactions dataset and are deleted with it.
 * @throws ResourceNotFoundException where there is no such group
 */
async function isOfEventTrackers(store: Store, datasetArn: string): Promise<boolean> {
  const [, group] = /^(.*)\/EVENT_INTERACTIONS$/.exec(datasetArn) ?? []
  if (!group) return false
  await findResource(store, 'dataset-group', group.replace(':dataset/', ':dataset-group/'))
  return true
}
