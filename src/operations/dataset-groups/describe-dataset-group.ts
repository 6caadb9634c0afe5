import type { DatasetGroup } from '../../contract/generated/types.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'
import { takeDeleted } from './deleted.ts'

/**
 * Describes a dataset group. A group that was just deleted is shown once more, as `DELETE PENDING`. The clean-up of
 * AWS's notebooks waits for that status, for half an hour if it does not come.
 */
export const describeDatasetGroup = operation('DescribeDatasetGroup', async ({ store }, { datasetGroupArn }) => {
  const group = await findGroup(store, datasetGroupArn)
  return { datasetGroup: present<DatasetGroup>('DatasetGroup', group, 'datasetGroupArn') }
})

async function findGroup(store: Store, datasetGroupArn: string) {
  try {
    return await findResource(store, 'dataset-group', datasetGroupArn)
  } catch (error) {
    const deleted = takeDeleted(store, datasetGroupArn)
    if (deleted) return deleted
    throw error
  }
}
