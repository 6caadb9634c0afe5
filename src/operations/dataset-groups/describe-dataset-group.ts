import type { DatasetGroup } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../resources.ts'

export const describeDatasetGroup = operation('DescribeDatasetGroup', async ({ store }, { datasetGroupArn }) => {
  const group = await findResource(store, 'dataset-group', datasetGroupArn)
  return { datasetGroup: present<DatasetGroup>('DatasetGroup', group, 'datasetGroupArn') }
})
