import type { BatchSegmentJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the batch segment jobs of a solution version, or all. */
export const listBatchSegmentJobs = operation('ListBatchSegmentJobs', async ({ store }, input) => {
  const { solutionVersionArn: parent, ...page } = input
  const { resources, nextToken } = await listPage(store, { kind: 'batch-segment-job', parent }, page)
  return {
    batchSegmentJobs: resources.map(job =>
      present<BatchSegmentJobSummary>('BatchSegmentJobSummary', job, 'batchSegmentJobArn'),
    ),
    nextToken,
  }
})
