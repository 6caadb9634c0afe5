import type { DatasetImportJob } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

export const describeDatasetImportJob = operation('DescribeDatasetImportJob', async ({ store }, input) => {
  const job = await findResource(store, 'dataset-import-job', input.datasetImportJobArn)
  return { datasetImportJob: present<DatasetImportJob>('DatasetImportJob', job, 'datasetImportJobArn') }
})
