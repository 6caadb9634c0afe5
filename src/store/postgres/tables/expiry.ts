import type { PoolClient } from 'pg'
import type { AgeLimit, Expired } from '../../expiry.ts'
import { type Database, runIn, statements } from '../database.ts'

/** Pages that a statement looks at: few where it deletes, so that it is over soon, many where it does not. */
const PAGES_FIRST = 64
const PAGES_MAX = 2048
/** Some 50 ms. */
const ROWS_MANY = 1000

const sql = statements('expiry', {
  pages: "SELECT pg_relation_size('interactions') / current_setting('block_size')::integer AS pages",

  // Rows on some pages. They are found where they lie: an index of times would make every put slower, and pages are
  // read in their order. A row that another transaction has is left to the next time, so that nobody waits.
  expire: `
    WITH old AS MATERIALIZED (
      SELECT found.ctid AS place FROM interactions AS found
      JOIN unnest($3::bigint[], $4::bigint[]) AS expired (dataset, before) ON expired.dataset = found.dataset
      WHERE found.ctid >= $1::tid AND found.ctid < $2::tid AND found.timestamp < expired.before
      FOR UPDATE OF found SKIP LOCKED
    ), deleted AS (
      DELETE FROM interactions WHERE ctid = ANY (ARRAY (SELECT place FROM old))
      RETURNING dataset, timestamp, session_id, event_id, repeated
    ), forgotten AS (
      DELETE FROM event_ids USING deleted
      WHERE event_ids.dataset = deleted.dataset AND event_ids.event_id = deleted.event_id AND NOT deleted.repeated
    )
    SELECT deleted.dataset, count(*) AS deleted, count(*) FILTER (WHERE deleted.timestamp < expired_before) AS late,
      array_agg(DISTINCT session_id) FILTER (WHERE session_id IS NOT NULL) AS sessions
    FROM deleted LEFT JOIN dataset_state USING (dataset) GROUP BY deleted.dataset`,

  // Of a session whose user goes on nothing is forgotten.
  forgetSessions: `
    DELETE FROM sessions WHERE dataset = $1 AND session_id = ANY ($2) AND NOT EXISTS (
      SELECT FROM interactions AS kept
      WHERE kept.dataset = $1 AND kept.source = 0 AND kept.user_id = sessions.user_id
        AND kept.session_id = sessions.session_id)`,

  // Servers write in the order of the key, so that none waits for another in a circle.
  end: `
    INSERT INTO dataset_state (dataset, expired_before)
    SELECT dataset, before FROM unnest($1::bigint[], $2::bigint[]) AS expired (dataset, before) ORDER BY dataset
    ON CONFLICT (dataset) DO UPDATE SET expired_before = excluded.expired_before`,
})

/**
 * Deletes interactions by their age, as `InteractionStore.expire` does, whether or not others do so too.
 * @param db a database whose commits do not wait for the disk: deleted rows that come back are deleted again
 */
export async function* expireInteractions(
  db: Database,
  limits: readonly AgeLimit[],
): AsyncGenerator<readonly Expired[]> {
  const [{ pages } = { pages: 0 }] = await db.query<{ pages: number }>(sql.pages)
  for (let from = 0, count = PAGES_FIRST; from < pages; ) {
    const range = [from, from + count] as const
    const expired = await db.transaction(client => expirePages(client, range, limits))
    yield expired
    from += count
    const deleted = expired.reduce((sum, step) => sum + step.deleted, 0)
    count = deleted > ROWS_MANY ? Math.max(1, count >> 1) : Math.min(PAGES_MAX, count << 1)
  }
  await endExpiry(db, limits)
}

/** Notes up to which time interactions are deleted. */
export async function endExpiry(db: Database, limits: readonly AgeLimit[]): Promise<void> {
  await db.query(sql.end, [limits.map(({ dataset }) => dataset), limits.map(({ before }) => before)])
}

async function expirePages(
  client: PoolClient,
  [from, to]: readonly [number, number],
  limits: readonly AgeLimit[],
): Promise<readonly Expired[]> {
  const values = [`(${from},0)`, `(${to},0)`, limits.map(({ dataset }) => dataset), limits.map(({ before }) => before)]
  const { rows } = await runIn<Expired & { sessions: string[] | null }>(client, sql.expire, values)
  for (const { dataset, sessions } of rows) if (sessions) await runIn(client, sql.forgetSessions, [dataset, sessions])
  return rows.map(({ dataset, deleted, late }) => ({ dataset, deleted, late }))
}
