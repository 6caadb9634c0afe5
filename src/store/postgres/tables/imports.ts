import { JOB_STATEMENT_MS, timed } from '../connections.ts'
import { type Database, type SqlRow, statements } from '../database.ts'
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

const KEYS = { records: 'id', interactions: 'user_id, timestamp, digest' }
type Table = keyof typeof KEYS

/**
 * The key up to which rows are moved or deleted together; none where these are all that is left. It is passed on as
 * values: of rows that were just copied PostgreSQL has no statistics, and takes them for one. It would compare each of
 * them with each key of a list.
 */
const chunkEnd = (table: Table, where: string, key: string = KEYS[table]) => `
    SELECT ${key} FROM ${table} WHERE dataset = $1 AND ${where} ORDER BY ${key} OFFSET ${CHUNK - 1} LIMIT 1`

/** @param first the number of the first value of the key's end */
function upTo(key: string, first: number): string {
  const columns = key.split(', ')
  return `AND (${key}) <= (${columns.map((column, i) => `$${first + i}${TYPES[column] ?? ''}`)})`
}
const TYPES: Readonly<Record<string, string>> = { timestamp: '::bigint', digest: '::bigint', source: '::bigint' }

const moveRecords = (bound: string) => `
    WITH moved AS (
      DELETE FROM records WHERE dataset = $1 AND source = $2 ${bound} RETURNING *
    )
    INSERT INTO records SELECT dataset, $3, id, seq, fields FROM moved ORDER BY id
    ON CONFLICT (dataset, source, id) DO UPDATE SET seq = excluded.seq, fields = excluded.fields`

const moveInteractions = (bound: string) => `
    WITH moved AS (
      DELETE FROM interactions WHERE dataset = $1 AND source = $2 ${bound} RETURNING *
    )
    INSERT INTO interactions SELECT dataset, $3, user_id, timestamp, digest, item_id, event_type, seq, event_value,
      details, session_id, event_id, anonymous, repeated
    FROM moved ORDER BY user_id, timestamp, digest
    ON CONFLICT DO NOTHING`

const WAITING = '($2::bigint IS NULL OR source = $2)'
const purge = (table: Table, bound: string) => `DELETE FROM ${table} WHERE dataset = $1 AND ${WAITING} ${bound}`

const sql = statements('imports', {
  nextSeq: "SELECT nextval('writes') AS seq",
  generation: `SELECT ${GENERATION} AS generation`,

  // The replaced generation is purged in the background; a generation that is published already is left as it is.
  publish: `${PUBLISH} ${TELL}`,
  publishUntold: `${PUBLISH} SELECT`,

  endOfRecords: chunkEnd('records', 'source = $2'),
  endOfInteractions: chunkEnd('interactions', 'source = $2'),
  moveRecords: moveRecords(upTo(KEYS.records, 4)),
  moveLastRecords: moveRecords(''),
  moveInteractions: moveInteractions(upTo(KEYS.interactions, 4)),
  moveLastInteractions: moveInteractions(''),

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
  endOfWaitingRecords: chunkEnd('records', WAITING, `source, ${KEYS.records}`),
  endOfWaitingInteractions: chunkEnd('interactions', WAITING, `source, ${KEYS.interactions}`),
  purgeRecords: purge('records', upTo(`source, ${KEYS.records}`, 3)),
  purgeLastRecords: purge('records', ''),
  purgeInteractions: purge('interactions', upTo(`source, ${KEYS.interactions}`, 3)),
  purgeLastInteractions: purge('interactions', ''),
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
      for (const table of ['Records', 'Interactions'] as const) {
        const move = [dataset, generation, current]
        for (;;) {
          const [end] = await db.query(sql[`endOf${table}`], [dataset, generation])
          if (!end) break
          await db.query(sql[`move${table}`], [...move, ...Object.values(end)])
        }
        await db.query(sql[`moveLast${table}`], move)
      }
      await db.query(tells ? sql.merged : sql.mergedUntold, [dataset])
    },

    async discard(dataset: number, generation: number): Promise<void> {
      await db.query(sql.discard, [dataset, generation])
    },
  }
}

/** Rows that wait to be deleted: of a generation, or all of a dataset. */
interface Purge {
  readonly id: number
  readonly dataset: number
  readonly source: number | null
}

/**
 * Deletes some rows that wait for it and that no other server is deleting. Returns whether there is more.
 * @param later a database whose commits do not wait for the disk: deleted rows that come back are deleted again
 */
export function purgeSome(later: Database): Promise<boolean> {
  return later.transaction(async client => {
    const inTime = (name: keyof typeof sql) => ({ ...sql[name], ...timed(sql[name].text, JOB_STATEMENT_MS) })
    const run = async (name: keyof typeof sql, values: unknown[] = []) =>
      (await client.query({ ...inTime(name), values })).rowCount ?? 0
    const [purge] = (await client.query<Purge>(inTime('next'))).rows
    if (!purge) return false
    const { id, dataset, source } = purge
    for (const table of ['Records', 'Interactions'] as const) {
      const [end] = (await client.query<SqlRow>({ ...inTime(`endOfWaiting${table}`), values: [dataset, source] })).rows
      const [name, values] = end ? [`purge${table}` as const, Object.values(end)] : [`purgeLast${table}` as const, []]
      await run(name, [dataset, source, ...values])
      if (end) return true
    }
    if (source === null && (await run('purgeEventIds', [dataset])) > 0) return true
    if (source === null)
      for (const name of ['purgeSessions', 'purgeState', 'purgeChanges'] as const) await run(name, [dataset])
    await run('purged', [id])
    return true
  })
}
