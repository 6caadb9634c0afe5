import type { BatchInferenceJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the batch inference jobs of a solution version, or all. */
export const listBatchInferenceJobs = operation('ListBatchInferenceJobs', async ({ store }, input) => {
  const { solutionVersionArn: parent, ...page } = input
  const { resources, nextToken } = await listPage(store, { kind: 'batch-inference-job', parent }, page)
  return {
    batchInferenceJobs: resources.map(job =>
      present<BatchInferenceJobSummary>('BatchInferenceJobSummary', job, 'batchInferenceJobArn'),
    ),
    nextToken,
  }
})
