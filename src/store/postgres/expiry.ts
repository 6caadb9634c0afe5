import type { AgeLimit, Expired } from '../expiry.ts'
import type { InteractionStore } from '../interaction-store.ts'
import { end, ignore, timed } from './connections.ts'
import type { Database } from './database.ts'

/** Any number; the one server that deletes by age has this lock. */
const EXPIRING = 7377_0003

/**
 * Deletes interactions by their age, one server at a time. The lock goes with its connection, so that another server
 * begins where this one was killed, with its next sweep.
 * @param expire deletes them, whether or not others do so too
 */
export function openExpiry(
  db: Database,
  expire: (limits: readonly AgeLimit[]) => AsyncGenerator<readonly Expired[]>,
): InteractionStore['expire'] {
  return async function* (limits) {
    if (limits.length === 0) return
    const client = await db.connect()
    try {
      const { rows } = await client.query<{ mine: boolean }>(timed(`SELECT pg_try_advisory_lock(${EXPIRING}) AS mine`))
      if (rows[0]!.mine) yield* expire(limits)
    } finally {
      // PostgreSQL hears of the end of a connection a moment after it: the next sweep may begin before.
      await client.query(timed('SELECT pg_advisory_unlock_all()')).catch(ignore)
      await end(client)
    }
  }
}
