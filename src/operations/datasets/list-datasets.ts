import type { DatasetSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

export const listDatasets = operation('ListDatasets', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'dataset', parent: datasetGroupArn }, page)
  return {
    datasets: resources.map(dataset => present<DatasetSummary>('DatasetSummary', dataset, 'datasetArn')),
    nextToken,
  }
})
