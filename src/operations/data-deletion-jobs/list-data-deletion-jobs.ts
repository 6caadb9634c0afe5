import type { DataDeletionJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/**
 * Lists the data deletion jobs of a dataset group, or all, the newest first. The reference has an order for no other
 * List operation, so the others list in the order of creation.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_ListDataDeletionJobs.html
 */
export const listDataDeletionJobs = operation(
  'ListDataDeletionJobs',
  async ({ store }, { datasetGroupArn, ...page }) => {
    const query = { kind: 'data-deletion-job', parent: datasetGroupArn, newestFirst: true } as const
    const { resources, nextToken } = await listPage(store, query, page)
    return {
      dataDeletionJobs: resources.map(job =>
        present<DataDeletionJobSummary>('DataDeletionJobSummary', job, 'dataDeletionJobArn'),
      ),
      nextToken,
    }
  },
)
