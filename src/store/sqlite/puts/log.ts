import type { DatabaseSync } from 'node:sqlite'
import type { StoredRecord } from '../../rows.ts'
import { activeDatasets } from '../tables/datasets.ts'
import type { Sequence } from '../tables/sequence.ts'

/**
 * Put calls are written twice. First, before they are acknowledged, as one row in the log `puts`: its end is one page
 * for all users. Later, some calls together and in the order of ids, into `records`, where each user is a page of its
 * own in a large dataset. Why: docs/decisions/0003-puts-are-a-log.md.
 */

/** Calls applied in one transaction: 2,000 users, some 10 ms; a Put call may have to wait this long. */
const APPLIED_AT_ONCE = 200

/** How far back `latest` sees, in writes to the store; an interaction is one, a call of users is one. */
const KEPT = 10_000

/** The newer row stands, so that applying a put twice does no harm. */
const UPSERT = `
  INSERT INTO records (dataset, source, id, seq, fields) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET seq = excluded.seq, fields = excluded.fields WHERE excluded.seq >= seq`

/** The writes of the log of puts, each to be called in a transaction. */
export function putWrites(db: DatabaseSync, sequence: Sequence) {
  const assertActive = activeDatasets(db)
  const append = db.prepare('INSERT INTO puts VALUES (?, ?, ?)')
  const applied = db.prepare('SELECT applied FROM sequence')
  const setApplied = db.prepare('UPDATE sequence SET applied = ?')
  const next = db.prepare(`
    SELECT seq, dataset, rows FROM puts WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${APPLIED_AT_ONCE}`)
  const lastPut = db.prepare('SELECT max(seq) AS seq FROM puts')
  const exists = db.prepare('SELECT 1 FROM resources WHERE id = ?')
  const upsert = db.prepare(UPSERT)
  const forget = db.prepare('DELETE FROM puts WHERE seq <= ?')

  return {
    /** Returns the number of the put. */
    putRecords({ dataset, rows }: { dataset: number; rows: string }): number {
      assertActive(dataset)
      const seq = sequence.next()
      append.run(seq, dataset, rows)
      return seq
    },

    lastPut: (_: Record<string, never>): number => (lastPut.get()!.seq ?? 0) as number,

    /** Brings the oldest of the puts up to this one into `records`. Returns whether there may be more. */
    applyPuts({ upTo }: { upTo: number }): boolean {
      const puts = next.all(applied.get()!.applied as number, upTo) as unknown as Put[]
      if (puts.length === 0) return false
      for (const [dataset, newest] of newestByDataset(puts)) {
        if (!exists.get(dataset)) continue
        for (const id of [...newest.keys()].sort()) {
          const { seq, fields } = newest.get(id)!
          upsert.run(dataset, 0, id, seq, fields)
        }
      }
      const through = puts.at(-1)!.seq
      setApplied.run(through)
      forget.run(Math.min(through, sequence.last - KEPT))
      return puts.length === APPLIED_AT_ONCE
    },
  }
}

interface Put {
  readonly seq: number
  readonly dataset: number
  readonly rows: string
}

function newestByDataset(puts: readonly Put[]): Map<number, Map<string, { seq: number; fields: string }>> {
  const datasets = new Map<number, Map<string, { seq: number; fields: string }>>()
  for (const { seq, dataset, rows } of puts) {
    const newest = datasets.getOrInsertComputed(dataset, () => new Map())
    for (const { id, fields } of readRows(rows)) newest.set(id, { seq, fields })
  }
  return datasets
}

/** The records of a call as `puts.rows` has them. Rows that `records` would refuse later must not get in here. */
export function writeRows(records: readonly StoredRecord[]): string {
  const flat: string[] = []
  for (const { id, fields } of records) {
    if (typeof id !== 'string' || typeof fields !== 'string') throw new TypeError('a record is an id and its fields')
    flat.push(id, fields)
  }
  return JSON.stringify(flat)
}

/** The records of a row of the log, as `writeRows` wrote them. */
export function readRows(rows: string): StoredRecord[] {
  const flat = JSON.parse(rows) as string[]
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ id: flat[2 * i]!, fields: flat[2 * i + 1]! }))
}
