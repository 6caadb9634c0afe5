import type { DataDeletionJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../resources.ts'

/** The data deletion jobs of a dataset group, or all. */
export const listDataDeletionJobs = operation(
  'ListDataDeletionJobs',
  async ({ store }, { datasetGroupArn, ...page }) => {
    const { resources, nextToken } = await listPage(store, { kind: 'data-deletion-job', parent: datasetGroupArn }, page)
    return {
      dataDeletionJobs: resources.map(job =>
        present<DataDeletionJobSummary>('DataDeletionJobSummary', job, 'dataDeletionJobArn'),
      ),
      nextToken,
    }
  },
)
