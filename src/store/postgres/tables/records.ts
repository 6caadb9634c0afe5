import { idRange } from '../../order.ts'
import type { PageOfRecords } from '../../record-store.ts'
import { type FoundRecord, type Ingestion, type StoredRecord, toRecord } from '../../rows.ts'
import { copy } from '../copy.ts'
import { CopyRows } from '../copy-rows.ts'
import { type Database, type SqlRow, statements } from '../database.ts'
import { type DatasetStatus, GENERATION, refusals } from './datasets.ts'

/**
 * The record in effect first. Numbers are drawn before rows are locked. So one of several concurrent puts may have the
 * number that an import draws next: the import came after it.
 */
export const NEWEST = 'seq DESC, source DESC'

/** @param told a further part of the statement, which tells of the change */
const DELETE = (told: string) => `
    WITH deleted AS (
      DELETE FROM records
      WHERE dataset = $1 AND source IN (0, ${GENERATION}) AND id = ANY ($2)
        AND (source > 0 OR $3::bigint IS NULL OR seq < $3)
      RETURNING 1
    )${told}
    SELECT count(*) AS rows FROM deleted`

const sql = statements('records', {
  getMany: `
    SELECT DISTINCT ON (id) id, source, seq, fields FROM records
    WHERE dataset = $1 AND source IN (0, ${GENERATION}) AND id = ANY ($2) ORDER BY id, ${NEWEST}`,

  // Records come newest of an id only and in the order of keys: then no two servers wait for each other. The deletion
  // of a dataset waits for the puts under way, so that their rows are purged too.
  put: `
    WITH given AS (
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) AS given (dataset, id, fields, place)
    ), active AS MATERIALIZED (
      SELECT id AS dataset FROM resources WHERE id = ANY ($5) AND status = 'ACTIVE' ORDER BY id FOR KEY SHARE
    ), stored AS (
      INSERT INTO records (dataset, source, id, seq, fields)
      SELECT dataset, 0, id, nextval('writes'), fields FROM given JOIN active USING (dataset) ORDER BY dataset, id
      ON CONFLICT (dataset, source, id)
      DO UPDATE SET seq = greatest(records.seq + 1, excluded.seq), fields = excluded.fields
    ), told AS (
      INSERT INTO changes (kind, dataset, ids)
      SELECT 'records', dataset, array_agg(id ORDER BY place) FROM given JOIN active USING (dataset) GROUP BY dataset
    )
    SELECT id, status FROM resources WHERE id = ANY ($5)`,

  latest: `
    SELECT id, ids FROM changes WHERE dataset = $1 AND kind = 'records' AND id < $2 ORDER BY id DESC LIMIT 20`,

  page: `
    SELECT DISTINCT ON (id) id, source, seq, fields FROM (
      (SELECT * FROM records
        WHERE dataset = $1 AND source = 0 AND id >= $2 AND id <> $3 AND id < $4 ORDER BY id LIMIT $5)
      UNION ALL
      (SELECT * FROM records
        WHERE dataset = $1 AND source = ${GENERATION} AND id >= $2 AND id <> $3 AND id < $4 ORDER BY id LIMIT $5)
    ) AS run
    ORDER BY id, ${NEWEST} LIMIT $5`,

  // An append of two runs that are in the order of their index each, merged.
  scan: `
    SELECT DISTINCT ON (id) id, source, seq, fields FROM (
      SELECT * FROM records WHERE dataset = $1 AND source = 0 AND $2 <> 'BULK'
      UNION ALL
      SELECT * FROM records WHERE dataset = $1 AND source = ${GENERATION} AND $2 <> 'PUT') AS run
    ORDER BY id, ${NEWEST}`,

  count: `
    SELECT count(*) AS rows FROM records AS r
    WHERE dataset = $1 AND (source = 0 AND $2 <> 'BULK' OR source = ${GENERATION} AND $2 <> 'PUT'
      AND ($2 = 'BULK' OR NOT EXISTS (
        SELECT FROM records AS put WHERE put.dataset = $1 AND put.source = 0 AND put.id = r.id)))`,

  delete: DELETE(`, told AS (
      INSERT INTO changes (kind, dataset) VALUES ('all', $1)
    )`),
  deleteUntold: DELETE(''),
})

export type RecordReads = ReturnType<typeof recordReads>

/**
 * The reads of records.
 * @param coordinator where the changes are, if the records are read at another node
 */
export function recordReads(db: Database, coordinator = db) {
  const getMany = async (dataset: number, ids: readonly string[]) =>
    (await db.query(sql.getMany, [dataset, ids])).map(toRecord)
  return {
    getMany,

    async latest(dataset: number, limit: number): Promise<readonly FoundRecord[]> {
      const latest = new Map<string, FoundRecord>()
      const seen = new Set<string>()
      for (let before = Number.MAX_SAFE_INTEGER; latest.size < limit; ) {
        const changes = await coordinator.query<{ id: number; ids: string[] }>(sql.latest, [dataset, before])
        if (changes.length === 0) break
        const ids = changes.flatMap(change => change.ids.toReversed()).filter(id => !seen.has(id))
        const found = new Map((await getMany(dataset, ids)).map(record => [record.id, record]))
        for (const id of ids) {
          if (found.has(id) && latest.size < limit) latest.set(id, found.get(id)!)
          seen.add(id)
        }
        before = changes.at(-1)!.id
      }
      return [...latest.values()]
    },

    async page(dataset: number, { prefix, after, limit }: PageOfRecords): Promise<readonly FoundRecord[]> {
      const range = idRange(prefix, after)
      return (await db.query(sql.page, [dataset, range.from, range.after, range.before, limit])).map(toRecord)
    },

    async *scan(dataset: number, ingestion: Ingestion): AsyncGenerator<FoundRecord> {
      for await (const row of db.scan(sql.scan, [dataset, ingestion])) yield toRecord(row)
    },

    async count(dataset: number, ingestion: Ingestion): Promise<number> {
      const [found] = await Array.fromAsync(db.scan<{ rows: number }>(sql.count, [dataset, ingestion]))
      return found!.rows
    },
  }
}

export interface PutRecords {
  readonly dataset: number
  readonly records: readonly StoredRecord[]
}

export type RecordWrites = ReturnType<typeof recordWrites>

/**
 * The writes of records, each to be called in a transaction.
 * @param tells whether they tell of what they change, in the same transaction
 */
export function recordWrites(db: Database, { tells } = { tells: true }) {
  return {
    /** Stores the calls, all in one statement. Returns for each the error that refused it. */
    async put(calls: readonly PutRecords[]): Promise<readonly (Error | undefined)[]> {
      const rows = newestOfEach(calls)
      const found = await db.query<DatasetStatus & SqlRow>(sql.put, [
        rows.map(({ dataset }) => dataset),
        rows.map(({ id }) => id),
        rows.map(({ fields }) => fields),
        rows.map(({ place }) => place),
        [...new Set(calls.map(({ dataset }) => dataset))],
      ])
      return refusals(calls, found)
    },

    /** Imported rows go at any place in the sequence: a later import waits for the deletion. */
    async delete(dataset: number, ids: readonly string[], before?: number): Promise<number> {
      const [deleted] = await db.query<{ rows: number }>(tells ? sql.delete : sql.deleteUntold, [
        dataset,
        ids,
        before ?? null,
      ])
      return deleted!.rows
    },

    async stage(
      dataset: number,
      generation: number,
      records: readonly StoredRecord[],
      seq = generation,
    ): Promise<void> {
      if (records.length === 0) return
      const rows = new CopyRows()
      for (const { id, fields } of lastOfEach(records)) {
        rows.row(5)
        rows.bigint(dataset)
        rows.bigint(generation)
        rows.text(id)
        rows.bigint(seq)
        rows.text(fields)
      }
      await copy(db, 'records', rows.finish(), 'DO UPDATE SET fields = excluded.fields', '(dataset, source, id)')
    },
  }
}

/** Of records with the same id the last. Those in the order of their ids are looked through, which takes no map. */
function lastOfEach(records: readonly StoredRecord[]): readonly StoredRecord[] {
  const isAscending = records.every((record, i) => i === 0 || records[i - 1]!.id < record.id)
  return isAscending ? records : [...new Map(records.map(record => [record.id, record])).values()]
}

interface PlacedRecord extends StoredRecord {
  readonly dataset: number
  /** Where it stands among all that the batch puts. */
  readonly place: number
}

/** The last record of each id that the calls put, in an order that is the same for all servers. */
export function newestOfEach(calls: readonly PutRecords[]): readonly PlacedRecord[] {
  const newest = new Map<string, PlacedRecord>()
  let place = 0
  for (const { dataset, records } of calls)
    for (const { id, fields } of records) {
      if (typeof id !== 'string' || typeof fields !== 'string') throw new TypeError('a record is an id and its fields')
      newest.set(`${dataset} ${id}`, { dataset, id, fields, place: place++ })
    }
  return [...newest.values()].sort(byKey)
}

function byKey(a: PlacedRecord, b: PlacedRecord): number {
  return a.dataset - b.dataset || (a.id < b.id ? -1 : 1)
}
