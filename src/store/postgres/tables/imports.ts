import { type Database, runIn, type Statement, statements, type Values } from '../database.ts'
import { GENERATION, SWEEP } from './datasets.ts'

/** Rows moved or deleted in one transaction. */
const CHUNK = 10_000

/**
 * The last of the next rows by their key, for a statement that takes all up to it. One with `IN (SELECT … LIMIT)` is a
 * join, and takes a minute while PostgreSQL has no statistics: for each row it goes through all the others.
 */
const upTo = (key: readonly string[], next: string) => `
  SELECT ${key.map(column => `${column}::text`)} FROM (SELECT ${key} ${next} ORDER BY ${key} LIMIT ${CHUNK}) AS next
  ORDER BY ${key.map(column => `next.${column} DESC`)} LIMIT 1`

const PUBLISH = `
    WITH old AS (
      SELECT generation FROM dataset_state WHERE dataset = $1 FOR UPDATE
    ), published AS (
      INSERT INTO dataset_state (dataset, generation, swept) VALUES ($1, $2, nextval('writes'))
      ON CONFLICT (dataset) DO UPDATE SET generation = excluded.generation, swept = excluded.swept
    ), replaced AS (
      INSERT INTO purges (dataset, source)
      SELECT $1::bigint, generation FROM old WHERE generation NOT IN (0, $2)
    )`
const TELL = "INSERT INTO changes (kind, dataset) SELECT 'all', $1::bigint"

const sql = statements('imports', {
  nextSeq: "SELECT nextval('writes') AS seq",
  generation: `SELECT ${GENERATION} AS generation`,

  // The replaced generation is purged in the background; a generation that is published already is left as it is.
  publish: `${PUBLISH} ${TELL}`,
  publishUntold: `${PUBLISH} SELECT`,

  lastRecord: upTo(['id'], 'FROM records WHERE dataset = $1 AND source = $2 AND id > $3'),
  moveRecords: `
    WITH moved AS (
      DELETE FROM records WHERE dataset = $1 AND source = $2 AND id > $4 AND id <= $5
      RETURNING *
    )
    INSERT INTO records SELECT dataset, $3, id, seq, fields FROM moved ORDER BY id
    ON CONFLICT (dataset, source, id) DO UPDATE SET seq = excluded.seq, fields = excluded.fields`,

  lastInteraction: upTo(
    ['user_id', 'timestamp', 'digest'],
    'FROM interactions WHERE dataset = $1 AND source = $2 AND (user_id, timestamp, digest) > ($3, $4, $5)',
  ),
  moveInteractions: `
    WITH moved AS (
      DELETE FROM interactions WHERE dataset = $1 AND source = $2
        AND (user_id, timestamp, digest) > ($4, $5, $6) AND (user_id, timestamp, digest) <= ($7, $8, $9)
      RETURNING *
    )
    INSERT INTO interactions SELECT dataset, $3, user_id, timestamp, digest, item_id, event_type, seq, event_value,
      details, session_id, event_id, anonymous, repeated
    FROM moved ORDER BY user_id, timestamp, digest
    ON CONFLICT DO NOTHING`,

  merged: `WITH swept AS (${SWEEP}) ${TELL}`,
  mergedUntold: SWEEP,
  discard: `
    INSERT INTO purges (dataset, source) SELECT $1::bigint, $2::bigint
    WHERE $2::bigint IS DISTINCT FROM ${GENERATION}`,

  // A write that is under way may add rows still.
  next: `
    SELECT id, dataset, source FROM purges
    WHERE NOT EXISTS (SELECT FROM under_way WHERE purges.dataset = ANY (datasets))
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
  firstRecords: 'SELECT source FROM records WHERE dataset = $1 ORDER BY source LIMIT 1',
  purgeRecords: 'DELETE FROM records WHERE dataset = $1 AND source = $2 AND id <= $3',
  firstInteractions: 'SELECT source FROM interactions WHERE dataset = $1 ORDER BY source LIMIT 1',
  purgeInteractions: `
    DELETE FROM interactions WHERE dataset = $1 AND source = $2 AND (user_id, timestamp, digest) <= ($3, $4, $5)`,
  lastEventId: upTo(['event_id'], 'FROM event_ids WHERE dataset = $1'),
  purgeEventIds: 'DELETE FROM event_ids WHERE dataset = $1 AND event_id <= $2',
  lastSession: upTo(['session_id'], 'FROM sessions WHERE dataset = $1'),
  purgeSessions: 'DELETE FROM sessions WHERE dataset = $1 AND session_id <= $2',
  purgeState: 'DELETE FROM dataset_state WHERE dataset = $1',
  purgeChanges: 'DELETE FROM changes WHERE dataset = $1',
  purged: 'DELETE FROM purges WHERE id = $1',
})

/** Draws the next number of the sequence of writes. */
export async function nextSeq(db: Database): Promise<number> {
  return (await db.query<{ seq: number }>(sql.nextSeq))[0]!.seq
}

/** Rows of a dataset that lie by their source. `first` is before the first key. */
const bySource = [
  {
    first: [''],
    last: sql.lastRecord,
    move: sql.moveRecords,
    source: sql.firstRecords,
    purge: sql.purgeRecords,
  },
  {
    first: ['', 0, 0],
    last: sql.lastInteraction,
    move: sql.moveInteractions,
    source: sql.firstInteractions,
    purge: sql.purgeInteractions,
  },
] as const

/** Rows that came by Put calls alone. */
const byDataset = [
  { last: sql.lastEventId, purge: sql.purgeEventIds },
  { last: sql.lastSession, purge: sql.purgeSessions },
] as const

export type ImportWrites = ReturnType<typeof importWrites>

/**
 * Staged and moved rows are on the disk, because the job goes on when the database comes back from a crash.
 * @param tells whether they tell of what they change, in the same transaction
 */
export function importWrites(db: Database, { tells } = { tells: true }) {
  const generationOf = async (dataset: number) =>
    (await db.query<{ generation: number | null }>(sql.generation, [dataset]))[0]!.generation

  /** Each transaction begins where the one before ended: the entries of moved rows are in the index until a vacuum. */
  async function moveAll(
    { first, last, move }: (typeof bySource)[number],
    dataset: number,
    [from, to]: readonly number[],
  ) {
    for (let after: Values = first; ; ) {
      const [found] = await db.query(last, [dataset, from, ...after])
      if (!found) return
      const key = Object.values(found)
      await db.query(move, [dataset, from, to, ...after, ...key])
      after = key
    }
  }

  return {
    async publish(dataset: number, generation: number): Promise<void> {
      await db.query(tells ? sql.publish : sql.publishUntold, [dataset, generation])
    },

    async merge(dataset: number, generation: number): Promise<void> {
      const current = await generationOf(dataset)
      if (current === generation) return
      if (current === null) return this.publish(dataset, generation)
      for (const rows of bySource) await moveAll(rows, dataset, [generation, current])
      await db.query(tells ? sql.merged : sql.mergedUntold, [dataset])
    },

    async discard(dataset: number, generation: number): Promise<void> {
      await db.query(sql.discard, [dataset, generation])
    },
  }
}

/**
 * Deletes some rows that wait for it and that no other server is deleting. Returns whether there is more.
 * @param later a database whose commits do not wait for the disk: deleted rows that come back are deleted again
 */
export function purgeSome(later: Database): Promise<boolean> {
  return later.transaction(async client => {
    const run = (statement: Statement, values?: Values) => runIn(client, statement, values)
    const [purge] = (await run(sql.next)).rows as { id: number; dataset: number; source: number | null }[]
    if (!purge) return false
    const { id, dataset, source } = purge
    let deleted = 0
    const deleteFirst = async (
      { last, purge }: { last: Statement; purge: Statement },
      of: Values,
      first: Values = [],
    ) => {
      const [found] = (await run(last, [...of, ...first])).rows
      if (found) deleted += (await run(purge, [...of, ...Object.values(found)])).rowCount ?? 0
    }
    for (const rows of bySource) {
      const from = source ?? (await run(rows.source, [dataset])).rows[0]?.source
      if (from !== undefined) await deleteFirst(rows, [dataset, from], rows.first)
    }
    if (source === null) for (const rows of byDataset) await deleteFirst(rows, [dataset])
    if (deleted > 0) return true
    if (source === null) for (const statement of [sql.purgeState, sql.purgeChanges]) await run(statement, [dataset])
    await run(sql.purged, [id])
    return true
  })
}
