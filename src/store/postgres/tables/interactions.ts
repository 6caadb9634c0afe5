import { mergeSorted } from '../../merge.ts'
import { firstOfEachType, interactionOrder, LOOKED_BACK, NEWEST_FIRST } from '../../order.ts'
import { ALL_USERS, type RangeOfUsers } from '../../ranges.ts'
import type { FoundInteraction, Ingestion, StoredInteraction } from '../../rows.ts'
import { type Database, type SqlRow, statements } from '../database.ts'
import { type DatasetStatus, GENERATION, refusals, SWEEP } from './datasets.ts'
import { digestOfAll, openStagedInteractions } from './staged-interactions.ts'

const COLUMNS = `source, user_id, timestamp, item_id, event_type, digest, seq, event_value, details, session_id,
  event_id, anonymous, repeated`

/** Those that were put, in the words of the index `interactions_by_seq`. */
const PUT_BY_SEQ = 'source + 0 = 0'

/** So many bytes of the table, some 60,000 rows of all datasets, tell where a part of the users ends. */
const BYTES_DRAWN = 8 << 20

/**
 * The newest interactions of user `$2`: `limit` of those that were put, and `limit` of those in effect that were
 * imported.
 */
const newest = (columns: string, limit: string | number) => `
  (SELECT ${columns} FROM interactions
   WHERE dataset = $1 AND source = 0 AND user_id = $2 ${NEWEST_FIRST} LIMIT ${limit})
  UNION ALL
  (SELECT ${columns} FROM interactions
   WHERE dataset = $1 AND source = ${GENERATION} AND user_id = $2 ${NEWEST_FIRST} LIMIT ${limit})`

const sql = statements('interactions', {
  ofUser: newest(COLUMNS, '$3'),

  ofUserByType: `
    SELECT ${COLUMNS} FROM (
      SELECT *, row_number() OVER (PARTITION BY source, event_type ${NEWEST_FIRST}) AS place
      FROM (${newest(COLUMNS, LOOKED_BACK)}) AS newest) AS placed
    WHERE event_type = ANY ($3) AND place <= $4 ${NEWEST_FIRST}`,

  typesOfUser: `SELECT DISTINCT event_type FROM (${newest('event_type', LOOKED_BACK)}) AS newest`,

  latest: `
    SELECT ${COLUMNS} FROM interactions WHERE dataset = $1 AND ${PUT_BY_SEQ} ORDER BY seq DESC LIMIT $2`,

  after: `
    SELECT ${COLUMNS} FROM interactions WHERE dataset = $1 AND ${PUT_BY_SEQ} AND seq > $2 ORDER BY seq LIMIT $3`,

  numbered: `
    SELECT ${COLUMNS} FROM interactions
    WHERE dataset = $1 AND ${PUT_BY_SEQ} AND user_id = ANY ($2) AND seq = ANY ($3) ORDER BY seq`,

  scan: `
    SELECT DISTINCT ON (user_id, timestamp, item_id, event_type, digest) ${COLUMNS} FROM (
      SELECT * FROM interactions WHERE dataset = $1 AND source = 0 AND $2 <> 'BULK'
      UNION ALL
      SELECT * FROM interactions WHERE dataset = $1 AND source = ${GENERATION} AND $2 <> 'PUT') AS run
    ORDER BY user_id, timestamp, item_id, event_type, digest, seq DESC`,

  scanUsers: `
    SELECT DISTINCT ON (user_id, timestamp, item_id, event_type, digest) ${COLUMNS} FROM (
      SELECT * FROM interactions
      WHERE dataset = $1 AND source = 0 AND user_id >= $2 AND ($3::text IS NULL OR user_id < $3)
      UNION ALL
      SELECT * FROM interactions
      WHERE dataset = $1 AND source = ${GENERATION} AND user_id >= $2 AND ($3::text IS NULL OR user_id < $3)) AS run
    ORDER BY user_id, timestamp, item_id, event_type, digest, seq DESC`,

  // Pages are drawn, so that it takes as long for a billion rows as for a million.
  rangesOfUsers: `
    SELECT percentile_disc($2::float8[]) WITHIN GROUP (ORDER BY user_id) AS ids
    FROM interactions TABLESAMPLE SYSTEM ($3)
    WHERE dataset = $1`,

  bytes: "SELECT pg_relation_size('interactions')::float8 AS bytes",

  count: `
    SELECT count(*) AS rows FROM interactions AS i
    WHERE dataset = $1 AND (source = 0 AND $2 <> 'BULK' OR source = ${GENERATION} AND $2 <> 'PUT'
      AND ($2 = 'BULK' OR NOT EXISTS (
        SELECT FROM interactions AS put
        WHERE put.dataset = $1 AND put.source = 0 AND put.user_id = i.user_id AND put.timestamp = i.timestamp
          AND put.digest = i.digest)))`,

  repeated: 'SELECT count(*) AS rows FROM interactions WHERE dataset = $1 AND source = 0 AND repeated',

  duplicates: 'SELECT duplicates FROM dataset_state WHERE dataset = $1',
  swept: 'SELECT swept FROM dataset_state WHERE dataset = $1',
  expiredBefore: 'SELECT expired_before AS before FROM dataset_state WHERE dataset = $1',

  put: `
    SELECT id, status FROM put_interactions($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
      $6::text[], $7::double precision[], $8::text[], $9::text[], $10::text[], $11::boolean[])`,

  deleteUsers: `
    WITH deleted AS (
      DELETE FROM interactions
      WHERE dataset = $1 AND source IN (0, ${GENERATION}) AND user_id = ANY ($2)
        AND (source > 0 OR $3::bigint IS NULL OR seq < $3)
      RETURNING event_id, repeated
    ), forgotten AS (
      DELETE FROM event_ids WHERE dataset = $1 AND event_id IN (SELECT event_id FROM deleted WHERE NOT repeated)
    ), unknown AS (
      DELETE FROM sessions WHERE dataset = $1 AND user_id = ANY ($2) AND NOT EXISTS (
        SELECT FROM interactions AS put
        WHERE put.dataset = $1 AND put.source = 0 AND put.user_id = sessions.user_id
          AND put.session_id = sessions.session_id AND put.seq > $3::bigint)
    ), swept AS (${SWEEP}
    ), told AS (
      INSERT INTO changes (kind, dataset) VALUES ('all', $1)
    )
    SELECT count(*) AS rows FROM deleted`,
})

export type InteractionReads = ReturnType<typeof interactionReads>

/** The reads of interactions. */
export function interactionReads(db: Database) {
  const ofUser = async (dataset: number, userId: string, limit: number): Promise<readonly FoundInteraction[]> => {
    const found = newestFirst(await db.query(sql.ofUser, [dataset, userId, limit]))
    return found.take(limit).toArray()
  }
  return {
    ofUser,

    async ofUserByType(
      dataset: number,
      userId: string,
      limit: number,
      isWanted: (eventType: string) => boolean,
    ): Promise<readonly FoundInteraction[]> {
      const types = await db.query<{ event_type: string }>(sql.typesOfUser, [dataset, userId])
      const wanted = types.map(row => row.event_type).filter(isWanted)
      if (wanted.length === 0) return []
      return newestFirst(await db.query(sql.ofUserByType, [dataset, userId, wanted, limit]))
        .filter(firstOfEachType(limit))
        .toArray()
    },

    async latest(dataset: number, limit: number): Promise<readonly FoundInteraction[]> {
      return (await db.query(sql.latest, [dataset, limit])).map(toInteraction)
    },

    async after(dataset: number, seq: number, limit: number): Promise<readonly FoundInteraction[]> {
      return (await db.query(sql.after, [dataset, seq, limit])).map(toInteraction)
    },

    /** Those of these numbers, whose users are among these. */
    async numbered(dataset: number, userIds: readonly string[], seqs: readonly number[]) {
      return (await db.query(sql.numbered, [dataset, userIds, seqs])).map(toInteraction)
    },

    async *scan(dataset: number, ingestion: Ingestion): AsyncGenerator<FoundInteraction> {
      for await (const row of db.scan(sql.scan, [dataset, ingestion])) yield toInteraction(row)
    },

    async *scanUsers(dataset: number, { from, before, moment }: RangeOfUsers): AsyncGenerator<FoundInteraction> {
      for await (const row of db.scan(sql.scanUsers, [dataset, from, before ?? null], moment)) yield toInteraction(row)
    },

    async inRangesOfUsers<Result>(
      dataset: number,
      most: number,
      read: (ranges: readonly RangeOfUsers[]) => Promise<Result>,
    ): Promise<Result> {
      const ranges = await rangesOfUsers(db, dataset, most)
      if (ranges.length === 1) return read(ranges)
      return db.atOneMoment(moment => read(ranges.map(range => ({ ...range, moment }))))
    },

    async count(dataset: number, ingestion: Ingestion): Promise<number> {
      const [found] = await Array.fromAsync(db.scan<{ rows: number }>(sql.count, [dataset, ingestion]))
      return found!.rows
    },

    async repeated(dataset: number): Promise<number> {
      const [found] = await Array.fromAsync(db.scan<{ rows: number }>(sql.repeated, [dataset]))
      return found!.rows
    },

    async duplicates(dataset: number): Promise<number> {
      const [state] = await db.query<{ duplicates: number }>(sql.duplicates, [dataset])
      return state?.duplicates ?? 0
    },

    async swept(dataset: number): Promise<number> {
      const [state] = await db.query<{ swept: number }>(sql.swept, [dataset])
      return state?.swept ?? 0
    },

    async expiredBefore(dataset: number): Promise<number | undefined> {
      const [state] = await db.query<{ before: number | null }>(sql.expiredBefore, [dataset])
      return state?.before ?? undefined
    },
  }
}

async function rangesOfUsers(db: Database, dataset: number, most: number): Promise<readonly RangeOfUsers[]> {
  if (most < 2) return [ALL_USERS]
  const [table] = await db.query<{ bytes: number }>(sql.bytes)
  if (table!.bytes === 0) return [ALL_USERS]
  const percent = Math.min(100, (100 * BYTES_DRAWN) / table!.bytes)
  const parts = Array.from({ length: most - 1 }, (_, at) => (at + 1) / most)
  const [drawn] = await db.query<{ ids: readonly string[] | null }>(sql.rangesOfUsers, [dataset, parts, percent])
  const ids = [...new Set(drawn?.ids ?? [])]
  return [ALL_USERS.from, ...ids].map((from, at) => ({ from, before: ids[at] }))
}

/** Put and imported interactions, an event that came both ways once. */
function newestFirst(rows: readonly SqlRow[]): IteratorObject<FoundInteraction> {
  const { PUT = [], BULK = [] } = Object.groupBy(rows.map(toInteraction), ({ ingestion }) => ingestion)
  return joined(PUT, BULK)
}

/** One user's put and imported interactions, the newest first as these are. */
export function joined(
  put: readonly FoundInteraction[],
  imported: readonly FoundInteraction[],
): IteratorObject<FoundInteraction> {
  return mergeSorted(put, imported, (a, b) => -compareInteractions(a, b))
}

export interface PutInteractions {
  readonly dataset: number
  readonly interactions: readonly StoredInteraction[]
}

export type InteractionWrites = ReturnType<typeof interactionWrites>

/** The writes of interactions, each to be called in a transaction. */
export function interactionWrites(db: Database) {
  return {
    /** Stores the calls, all in one statement. Returns for each the error that refused it. */
    async put(calls: readonly PutInteractions[]): Promise<readonly (Error | undefined)[]> {
      const rows = calls.flatMap(({ interactions }) => interactions)
      const found = await db.query<DatasetStatus & SqlRow>(sql.put, [
        calls.flatMap(({ dataset, interactions }) => interactions.map(() => dataset)),
        rows.map(({ userId }) => userId),
        rows.map(({ timestampMs }) => timestampMs),
        rows.map(digestOfAll),
        rows.map(({ itemId }) => itemId),
        rows.map(({ eventType }) => eventType),
        rows.map(({ eventValue }) => eventValue),
        rows.map(({ details }) => details),
        rows.map(({ sessionId }) => sessionId),
        rows.map(({ eventId }) => eventId),
        rows.map(({ anonymous }) => anonymous),
      ])
      return refusals(calls, found)
    },

    /** Imported rows go at any place in the sequence: a later import waits for the deletion. */
    async deleteUsers(dataset: number, userIds: readonly string[], before?: number): Promise<number> {
      const [deleted] = await db.query<{ rows: number }>(sql.deleteUsers, [dataset, userIds, before ?? null])
      return deleted!.rows
    },

    stage: openStagedInteractions(db),
  }
}

const compareInteractions = interactionOrder(digestOfAll)

/** A row of the columns that reads name. */
export function toInteraction(row: SqlRow): FoundInteraction {
  return {
    userId: row.user_id as string,
    anonymous: row.anonymous as boolean,
    sessionId: row.session_id as string | null,
    itemId: row.item_id as string,
    timestampMs: row.timestamp as number,
    eventType: row.event_type as string,
    eventId: row.event_id as string | null,
    eventValue: row.event_value as number | null,
    details: row.details as string,
    ingestion: row.source === 0 ? 'PUT' : 'BULK',
    seq: row.seq as number,
    repeated: row.repeated as boolean,
  }
}
