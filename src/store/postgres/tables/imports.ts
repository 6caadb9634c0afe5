import { type Database, statements } from '../database.ts'
import { GENERATION, SWEEP } from './datasets.ts'

/** Rows moved or deleted in one transaction. */
const CHUNK = 10_000

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

  moveRecords: `
    WITH moved AS (
      DELETE FROM records WHERE dataset = $1 AND source = $2 AND id IN (
        SELECT id FROM records WHERE dataset = $1 AND source = $2 ORDER BY id LIMIT ${CHUNK})
      RETURNING *
    ), stored AS (
      INSERT INTO records SELECT dataset, $3, id, seq, fields FROM moved ORDER BY id
      ON CONFLICT (dataset, source, id) DO UPDATE SET seq = excluded.seq, fields = excluded.fields
    )
    SELECT count(*) AS rows FROM moved`,

  moveInteractions: `
    WITH moved AS (
      DELETE FROM interactions WHERE dataset = $1 AND source = $2 AND (user_id, timestamp, digest) IN (
        SELECT user_id, timestamp, digest FROM interactions WHERE dataset = $1 AND source = $2
        ORDER BY user_id, timestamp, digest LIMIT ${CHUNK})
      RETURNING *
    ), stored AS (
      INSERT INTO interactions SELECT dataset, $3, user_id, timestamp, digest, item_id, event_type, seq, event_value,
        details, session_id, event_id, anonymous, repeated
      FROM moved ORDER BY user_id, timestamp, digest
      ON CONFLICT DO NOTHING
    )
    SELECT count(*) AS rows FROM moved`,

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
  purgeRecords: `
    DELETE FROM records WHERE (dataset, source, id) IN (
      SELECT dataset, source, id FROM records WHERE dataset = $1 AND ($2::bigint IS NULL OR source = $2)
      ORDER BY source, id LIMIT ${CHUNK})`,
  purgeInteractions: `
    DELETE FROM interactions WHERE (dataset, source, user_id, timestamp, digest) IN (
      SELECT dataset, source, user_id, timestamp, digest FROM interactions
      WHERE dataset = $1 AND ($2::bigint IS NULL OR source = $2)
      ORDER BY source, user_id, timestamp, digest LIMIT ${CHUNK})`,
  purgeEventIds: `
    DELETE FROM event_ids WHERE dataset = $1 AND event_id IN (
      SELECT event_id FROM event_ids WHERE dataset = $1 LIMIT ${CHUNK})`,
  purgeSessions: 'DELETE FROM sessions WHERE dataset = $1',
  purgeState: 'DELETE FROM dataset_state WHERE dataset = $1',
  purgeChanges: 'DELETE FROM changes WHERE dataset = $1',
  purged: 'DELETE FROM purges WHERE id = $1',
})

/** Draws the next number of the sequence of writes. */
export async function nextSeq(db: Database): Promise<number> {
  return (await db.query<{ seq: number }>(sql.nextSeq))[0]!.seq
}

export type ImportWrites = ReturnType<typeof importWrites>

/**
 * Staged and moved rows are on the disk, because the job goes on when the database comes back from a crash.
 * @param tells whether they tell of what they change, in the same transaction
 */
export function importWrites(db: Database, { tells } = { tells: true }) {
  const generationOf = async (dataset: number) =>
    (await db.query<{ generation: number | null }>(sql.generation, [dataset]))[0]!.generation

  return {
    async publish(dataset: number, generation: number): Promise<void> {
      await db.query(tells ? sql.publish : sql.publishUntold, [dataset, generation])
    },

    async merge(dataset: number, generation: number): Promise<void> {
      const current = await generationOf(dataset)
      if (current === generation) return
      if (current === null) return this.publish(dataset, generation)
      for (const move of [sql.moveRecords, sql.moveInteractions])
        while ((await db.query<{ rows: number }>(move, [dataset, generation, current]))[0]!.rows > 0);
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
    const run = async (name: keyof typeof sql, values: unknown[] = []) =>
      (await client.query({ ...sql[name], values })).rowCount ?? 0
    const { rows } = await client.query<{ id: number; dataset: number; source: number | null }>(sql.next)
    const [purge] = rows
    if (!purge) return false
    const { id, dataset, source } = purge
    let deleted = (await run('purgeRecords', [dataset, source])) + (await run('purgeInteractions', [dataset, source]))
    if (source === null) deleted += await run('purgeEventIds', [dataset])
    if (deleted > 0) return true
    if (source === null)
      for (const name of ['purgeSessions', 'purgeState', 'purgeChanges'] as const) await run(name, [dataset])
    await run('purged', [id])
    return true
  })
}
