import type { PoolClient } from 'pg'
import type { AgeLimit, Expired } from '../../expiry.ts'
import { type Database, runIn, type SqlRow, statements } from '../database.ts'
import { endExpiry } from '../tables/expiry.ts'
import { sessionsOver } from './sessions.ts'

/** Rows that a step looks at, and those of the last user among them. */
const ROWS_AT_ONCE = 500

const sql = statements('spread expiry', {
  sources: 'SELECT 0 AS source UNION SELECT generation FROM dataset_state WHERE dataset = $1',

  // Users are read in the order of the index, which each shard has.
  bound: `
    SELECT user_id FROM interactions WHERE dataset = $1 AND source = $2 AND user_id > $3
    ORDER BY user_id LIMIT 1 OFFSET ${ROWS_AT_ONCE}`,

  delete: `
    DELETE FROM interactions
    WHERE dataset = $1 AND source = $2 AND user_id > $3 AND ($4::text IS NULL OR user_id <= $4) AND timestamp < $5
    RETURNING user_id, timestamp, session_id, event_id, repeated`,

  forget: 'DELETE FROM event_ids WHERE dataset = $1 AND event_id = ANY ($2)',

  kept: `
    SELECT DISTINCT user_id, session_id FROM interactions
    WHERE dataset = $1 AND source = 0 AND user_id = ANY ($2) AND session_id = ANY ($3)`,
  sessions: 'SELECT session_id, user_id FROM sessions WHERE dataset = $1 AND session_id = ANY ($2)',
  forgetSessions: 'DELETE FROM sessions WHERE dataset = $1 AND session_id = ANY ($2)',

  before: 'SELECT expired_before AS before FROM dataset_state WHERE dataset = $1',
})

/** Deletes interactions by their age from tables that are spread over nodes, some users at a time. */
export async function* expireSpread(db: Database, limits: readonly AgeLimit[]): AsyncGenerator<readonly Expired[]> {
  for (const { dataset, before } of limits) {
    const [state] = await db.query<{ before: number | null }>(sql.before, [dataset])
    for (const { source } of await db.query<{ source: number }>(sql.sources, [dataset]))
      yield* expireOf(db, { dataset, before, source, expiredBefore: state?.before ?? 0 })
  }
  await endExpiry(db, limits)
}

interface Expiring extends AgeLimit {
  readonly source: number
  /** Interactions with an earlier timestamp that are there came late. */
  readonly expiredBefore: number
}

async function* expireOf(
  db: Database,
  { dataset, before, source, expiredBefore }: Expiring,
): AsyncGenerator<readonly Expired[]> {
  for (let after: string | null = ''; after !== null; ) {
    const found: readonly { readonly user_id: string }[] = await db.query(sql.bound, [dataset, source, after])
    const last = found[0]?.user_id ?? null
    const range = [dataset, source, after, last, before]
    const deleted = await db.transaction(client => deleteUsers(client, dataset, range))
    const late = deleted.filter(row => (row.timestamp as number) < expiredBefore).length
    yield deleted.length > 0 ? [{ dataset, deleted: deleted.length, late }] : []
    after = last
  }
}

/** Deletes rows of some users, and forgets their event ids and the sessions of which nothing is left. */
async function deleteUsers(client: PoolClient, dataset: number, range: readonly unknown[]): Promise<readonly SqlRow[]> {
  const run = async (name: keyof typeof sql, values: readonly unknown[]) =>
    (await runIn(client, sql[name], values)).rows
  const deleted = await run('delete', range)
  const ids = deleted.flatMap(row => (row.event_id !== null && !row.repeated ? [row.event_id] : []))
  if (ids.length > 0) await run('forget', [dataset, ids])
  const sessions = [...new Set(deleted.flatMap(({ session_id }) => session_id ?? []))]
  if (sessions.length === 0) return deleted
  const users = await run('sessions', [dataset, sessions])
  const kept = await run('kept', [dataset, users.map(({ user_id }) => user_id), sessions])
  const over = sessionsOver(users, kept)
  if (over.length > 0) await run('forgetSessions', [dataset, over.map(({ session_id }) => session_id)])
  return deleted
}
