import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { mergeSorted } from '../../merge.ts'
import { compareBytes, idRange } from '../../order.ts'
import type { PageOfRecords } from '../../record-store.ts'
import { type FoundRecord, type Ingestion, type StoredRecord, toRecord } from '../../rows.ts'
import { openMoments } from '../database.ts'
import { readRows } from '../puts/log.ts'
import { countRecords } from './count.ts'
import { datasetState } from './datasets.ts'
import type { Flat, Staged } from './staged.ts'

/** The numbers of puts that are not applied yet and may have this id, the newest first. */
interface UnappliedPuts {
  mayHave(dataset: number, id: string): Iterable<number>
}

/** The reads of records. */
export function recordReads(db: DatabaseSync, unapplied?: UnappliedPuts) {
  const atOneMoment = openMoments(db)
  const applied = db.prepare('SELECT applied FROM sequence')
  const get = db.prepare(`
    SELECT id, source, seq, fields FROM records
    WHERE dataset = ?1 AND source IN (0, (SELECT generation FROM dataset_state WHERE dataset = ?1)) AND id = ?2
    ORDER BY seq DESC LIMIT 1`)
  const puts = db.prepare('SELECT rows FROM puts WHERE dataset = ? ORDER BY seq DESC')
  const put = db.prepare('SELECT rows FROM puts WHERE seq = ? AND dataset = ?')

  const run = 'SELECT id, source, seq, fields FROM records WHERE dataset = ?1 AND id >= ?2 AND id <> ?3 AND id < ?4'
  const page = db.prepare(`
    SELECT * FROM (${run} AND source = 0 ORDER BY id LIMIT ?5)
    UNION ALL
    SELECT * FROM (
      ${run} AND source = (SELECT nullif(generation, 0) FROM dataset_state WHERE dataset = ?1) ORDER BY id LIMIT ?5)`)

  /** From the log, if it is not in `records` yet. */
  const getWaiting = (dataset: number, id: string): FoundRecord | undefined => {
    let appliedUpTo: number | undefined
    for (const seq of unapplied?.mayHave(dataset, id) ?? []) {
      appliedUpTo ??= applied.get()!.applied as number
      if (seq <= appliedUpTo) break
      // It may have been applied and forgotten since.
      const { rows = '[]' } = put.get(seq, dataset) ?? {}
      const record = readRows(rows as string).findLast(record => record.id === id)
      if (record) return { ...record, ingestion: 'PUT', seq }
    }
    return undefined
  }
  const getRecord = (dataset: number, id: string): FoundRecord | undefined => {
    const put = getWaiting(dataset, id)
    const row = get.get(dataset, id)
    const found = row && toRecord(row)
    return put && put.seq > (found?.seq ?? 0) ? put : found
  }
  return {
    get: getRecord,

    getMany: (dataset: number, ids: readonly string[]): readonly FoundRecord[] =>
      atOneMoment(() => ids.flatMap(id => getRecord(dataset, id) ?? [])),

    latest(dataset: number, limit: number): readonly FoundRecord[] {
      const found = new Map<string, FoundRecord>()
      for (const put of puts.iterate(dataset)) {
        for (const { id } of readRows(put.rows as string).reverse()) {
          if (found.size === limit) return [...found.values()]
          const record = found.has(id) ? undefined : getRecord(dataset, id)
          if (record) found.set(id, record)
        }
      }
      return [...found.values()]
    },

    page(dataset: number, { prefix, after, limit }: PageOfRecords): readonly FoundRecord[] {
      const range = idRange(prefix, after)
      const found = page.all(dataset, range.from, range.after, range.before, limit).map(toRecord)
      const of = (source: 'PUT' | 'BULK') => found.filter(({ ingestion }) => ingestion === source)
      return [...mergeSorted(of('PUT'), of('BULK'), (a, b) => compareBytes(a.id, b.id))].slice(0, limit)
    },

    count: countRecords(db),
  }
}

/** Every record in the order of ids. `db` must be in a read transaction of its own, which makes it one snapshot. */
export function* scanRecords(db: DatabaseSync, dataset: number, ingestion: Ingestion): Generator<FoundRecord> {
  const { generation } = datasetState(db)(dataset)
  const of = function* (source: number) {
    const rows = db.prepare('SELECT id, source, seq, fields FROM records WHERE dataset = ? AND source = ? ORDER BY id')
    for (const row of rows.iterate(dataset, source)) yield toRecord(row)
  }
  const put = ingestion === 'BULK' ? [] : of(0)
  const bulk = ingestion === 'PUT' || generation === 0 ? [] : of(generation)
  yield* mergeSorted(put, bulk, (a, b) => compareBytes(a.id, b.id))
}

/** The writes of records, each to be called in a transaction. */
export function recordWrites(db: DatabaseSync) {
  const remove = db.prepare(`
    DELETE FROM records
    WHERE dataset = ?1 AND source IN (0, (SELECT generation FROM dataset_state WHERE dataset = ?1)) AND id = ?2
      AND (source > 0 OR seq < ifnull(?3, ${Number.MAX_SAFE_INTEGER}))`)
  const stage = db.prepare(`
    INSERT INTO records (dataset, source, seq, id, fields) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET fields = excluded.fields`)
  return {
    /** Imported rows go at any place in the sequence: a later import waits for the deletion. */
    deleteRecords({
      dataset,
      ids,
      before = null,
    }: {
      readonly dataset: number
      readonly ids: readonly string[]
      readonly before?: number | null
    }): number {
      return ids.reduce((sum, id) => sum + Number(remove.run(dataset, id, before).changes), 0)
    },

    /** `values` is the result of `bulkRecordValues`. */
    stageRecords({ dataset, generation, seq, values }: Staged): void {
      for (let at = 0; at < values.length; at += 2) stage.run(dataset, generation, seq, values[at]!, values[at + 1]!)
    },
  }
}

/** Records as they go to the writer: the id and the fields of one after the other. */
export function bulkRecordValues(records: readonly StoredRecord[]): Flat {
  const values: SQLInputValue[] = []
  for (const { id, fields } of records) values.push(id, fields)
  return values
}
