import type { DataDeletionJob } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** `numDeleted` is the number of rows deleted from all datasets together. */
export const describeDataDeletionJob = operation('DescribeDataDeletionJob', async ({ store }, input) => {
  const job = await findResource(store, 'data-deletion-job', input.dataDeletionJobArn)
  return { dataDeletionJob: present<DataDeletionJob>('DataDeletionJob', job, 'dataDeletionJobArn') }
})
