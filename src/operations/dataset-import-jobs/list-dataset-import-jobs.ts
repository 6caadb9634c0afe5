import type { DatasetImportJobSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the import jobs of a dataset, or all. */
export const listDatasetImportJobs = operation('ListDatasetImportJobs', async ({ store }, { datasetArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'dataset-import-job', parent: datasetArn }, page)
  return {
    datasetImportJobs: resources.map(job =>
      present<DatasetImportJobSummary>('DatasetImportJobSummary', job, 'datasetImportJobArn'),
    ),
    nextToken,
  }
})
