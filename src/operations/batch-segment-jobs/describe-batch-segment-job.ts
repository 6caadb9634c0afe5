import type { BatchSegmentJob } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeBatchSegmentJob.html */
export const describeBatchSegmentJob = operation('DescribeBatchSegmentJob', async ({ store }, input) => {
  const job = await findResource(store, 'batch-segment-job', input.batchSegmentJobArn)
  return { batchSegmentJob: present<BatchSegmentJob>('BatchSegmentJob', job, 'batchSegmentJobArn') }
})
