import type { BatchInferenceJob } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeBatchInferenceJob.html */
export const describeBatchInferenceJob = operation('DescribeBatchInferenceJob', async ({ store }, input) => {
  const job = await findResource(store, 'batch-inference-job', input.batchInferenceJobArn)
  return { batchInferenceJob: present<BatchInferenceJob>('BatchInferenceJob', job, 'batchInferenceJobArn') }
})
