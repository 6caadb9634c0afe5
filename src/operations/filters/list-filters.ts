import type { FilterSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/**
 * Lists the filters of a dataset group, or all. The model spells this result with a capital letter, unlike any other.
 */
export const listFilters = operation('ListFilters', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'filter', parent: datasetGroupArn }, page)
  return {
    Filters: resources.map(filter => present<FilterSummary>('FilterSummary', filter, 'filterArn')),
    nextToken,
  }
})
