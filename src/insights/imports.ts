import { documentOf } from '../jobs/documents.ts'
import type { Store } from '../store/store.ts'
import type { MissingCells } from './report.ts'

/** The most imports that are read: one every ten minutes for a week. */
const LOOKED_BACK = 1000

/**
 * Returns the missing cells of the imports that are in effect: the last full import, and the incremental ones after it.
 */
export async function missingCellsIn(store: Store, datasetArn: string): Promise<readonly MissingCells[]> {
  const query = { kind: 'dataset-import-job', parent: datasetArn, status: 'ACTIVE' }
  const done = await store.resources.list({ ...query, newestFirst: true, limit: LOOKED_BACK })
  const lastFull = done.findIndex(job => documentOf(job).importMode !== 'INCREMENTAL')
  return done.slice(0, lastFull < 0 ? done.length : lastFull + 1).flatMap(job =>
    (documentOf(job).missingValues ?? []).map(({ column, rows, empty, unreadable, emptyAt, unreadableAt }) => ({
      jobArn: job.arn,
      column,
      rows,
      empty,
      unreadable,
      first: [...(unreadableAt ?? []), ...(emptyAt ?? [])][0] ?? '',
    })),
  )
}
