import type { DatasetExportJob } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

export const describeDatasetExportJob = operation('DescribeDatasetExportJob', async ({ store }, input) => {
  const job = await findResource(store, 'dataset-export-job', input.datasetExportJobArn)
  return { datasetExportJob: present<DatasetExportJob>('DatasetExportJob', job, 'datasetExportJobArn') }
})
