import type { FilterSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists filters, of one dataset group or all. The model spells its result `Filters`, unlike any other. */
export const listFilters = operation('ListFilters', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'filter', parent: datasetGroupArn }, page)
  return {
    Filters: resources.map(filter => present<FilterSummary>('FilterSummary', filter, 'filterArn')),
    nextToken,
  }
})
