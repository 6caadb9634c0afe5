import type { DatasetExportJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the export jobs of a dataset, or all. */
export const listDatasetExportJobs = operation('ListDatasetExportJobs', async ({ store }, { datasetArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'dataset-export-job', parent: datasetArn }, page)
  return {
    datasetExportJobs: resources.map(job =>
      present<DatasetExportJobSummary>('DatasetExportJobSummary', job, 'datasetExportJobArn'),
    ),
    nextToken,
  }
})
