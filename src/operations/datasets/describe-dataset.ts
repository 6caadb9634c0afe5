import type { Dataset } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** For an Action interactions dataset the reply has the `trackingId` that PutActionInteractions takes. */
export const describeDataset = operation('DescribeDataset', async ({ store }, { datasetArn }) => ({
  dataset: present<Dataset>('Dataset', await findResource(store, 'dataset', datasetArn), 'datasetArn'),
}))
