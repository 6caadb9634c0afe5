import { setTimeout } from 'node:timers/promises'
import { NAME } from './connections.ts'
import { type Database, statements } from './database.ts'

/** Longer than a server tries to write: a put that takes longer has got no answer, or an error. */
const WAIT_MS = 40_000
const LOOK_EVERY_MS = 5

const sql = statements('settled', {
  // A statement takes the lock of the table before it draws a number, and its transaction is seen before it lets go.
  // Transactions of others, such as a person's, draw no numbers.
  writers: `
    SELECT array_agg(virtualtransaction) AS left FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND relation = to_regclass($1) AND mode = 'RowExclusiveLock'
      AND datname = current_database() AND application_name = '${NAME}'
      AND ($2::text[] IS NULL OR virtualtransaction = ANY ($2))`,
})

/**
 * Resolves when the transactions that are writing to a table now have ended, or are no server's attempt any more.
 * Those that begin meanwhile are not waited for, and nobody waits for this.
 */
export async function writersEnded(db: Database, table: string): Promise<void> {
  await untilNoneIsLeft(async left => (await db.query<Found>(sql.writers, [table, left ?? null]))[0]!.left)
}

interface Found {
  readonly left: readonly string[] | null
}

/** @param look returns those that are there; of earlier ones those that are left. Null where there are none */
export async function untilNoneIsLeft<Id>(
  look: (of: readonly Id[] | undefined) => Promise<readonly Id[] | null>,
): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  for (let left = await look(undefined); left !== null; left = await look(left)) {
    if (performance.now() > deadline) return
    await setTimeout(LOOK_EVERY_MS)
  }
}
