import type { MissingValues } from '../datasets/missing-values.ts'
import { documentOf } from '../jobs/documents.ts'
import type { Store } from '../store/store.ts'

/** Cells that an import took as missing values though its file had something else, or had to have something. */
export interface MissingCells extends Pick<MissingValues, 'column' | 'rows' | 'empty' | 'unreadable'> {
  readonly jobArn: string
  /** Where the first of them is, and what is wrong. */
  readonly first: string
}

/** So many imports are looked back over, which is every ten minutes for a week. */
const LOOKED_BACK = 1000

/**
 * Those of the imports whose rows are in effect: of the last that replaced all, and of those that added to it since.
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
