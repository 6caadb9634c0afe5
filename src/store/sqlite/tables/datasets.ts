import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../store.ts'
import type { Sequence } from './sequence.ts'

/** Throws unless the dataset may be written to: `missing` where it was deleted, `inactive` where it is not ACTIVE. */
export function activeDatasets(db: DatabaseSync): (dataset: number) => void {
  const status = db.prepare('SELECT status FROM resources WHERE id = ?')
  return dataset => {
    const row = status.get(dataset)
    if (!row) throw new StoreError('missing', `dataset ${dataset}`)
    if (row.status !== 'ACTIVE') throw new StoreError('inactive', row.status as string)
  }
}

interface DatasetState {
  /** The bulk generation that readers see; 0 where nothing was imported in bulk. */
  readonly generation: number
  readonly duplicates: number
  /** When it was last changed otherwise than by a put, in the sequence of writes; 0 where it never was. */
  readonly swept: number
  /** The time (ms since 1970) up to which interactions were deleted for their age; null where none were. */
  readonly expired_before: number | null
}

const NEW: DatasetState = { generation: 0, duplicates: 0, swept: 0, expired_before: null }

/** Reads the state of a dataset, by its number. */
export function datasetState(db: DatabaseSync): (dataset: number) => DatasetState {
  const select = db.prepare('SELECT generation, duplicates, swept, expired_before FROM dataset_state WHERE dataset = ?')
  return dataset => (select.get(dataset) as DatasetState | undefined) ?? NEW
}

/** Returns a function that notes that a dataset is changed otherwise than by a put, in the transaction that does it. */
export function sweeps(db: DatabaseSync, sequence: Sequence): (dataset: number) => void {
  const note = db.prepare(`
    INSERT INTO dataset_state (dataset, swept) VALUES (?, ?) ON CONFLICT DO UPDATE SET swept = excluded.swept`)
  return dataset => void note.run(dataset, sequence.next())
}
