import { useRead } from '../../shared/queries.ts'
import type { ShownDataset, ShownJob } from '../../shared/server.ts'

/** How often this page counts and looks at jobs, in milliseconds. */
const LIVE_MS = 3_000

/** Reads all datasets with their numbers of rows, again and again. */
export function useDatasets() {
  return useRead(
    ['datasets'],
    async api => ({ at: Date.now(), ...(await api.inspect<{ datasets: readonly ShownDataset[] }>('datasets')) }),
    { every: LIVE_MS },
  )
}

/** Reads the newest jobs, and all that are not over, again and again. */
export function useJobs() {
  return useRead(
    ['jobs', 'newest'],
    api => api.inspect<{ jobs: readonly ShownJob[] }>('jobs', { query: { limit: 50 } }),
    { every: LIVE_MS },
  )
}

/** The number of rows in datasets of a type. */
export function rowsOf(datasets: readonly ShownDataset[], type: string): number {
  return datasets.filter(({ datasetType }) => datasetType === type).reduce((sum, { count }) => sum + count.ALL, 0)
}
