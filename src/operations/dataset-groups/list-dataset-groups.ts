import type { DatasetGroupSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

export const listDatasetGroups = operation('ListDatasetGroups', async ({ store }, page) => {
  const { resources, nextToken } = await listPage(store, { kind: 'dataset-group' }, page)
  return {
    datasetGroups: resources.map(group =>
      present<DatasetGroupSummary>('DatasetGroupSummary', group, 'datasetGroupArn'),
    ),
    nextToken,
  }
})
