import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Client } from 'pg'
import { apart, shared } from '../serialize.ts'
import { end, timed } from './connections.ts'
import { type Database, statements } from './database.ts'
import { isThere, watch } from './watch.ts'

/** Where servers wake each other. */
const CHANNEL = 'personalite'

const CONNECT_AGAIN_MS = 1000

/**
 * A server wakes others, and looks since another woke it, no more often than this. One look at many changes costs as
 * much as at one: some 150 µs of a server and 100 of PostgreSQL. A request looks at once.
 */
const APART_MS = 20

const sql = statements('wakes', { wake: `NOTIFY ${CHANNEL}` })

/** Returns a function that wakes all servers, soon; not in the transaction, where commits would wait for each other. */
export function waker(db: Database): () => void {
  const wake = shared(() => db.unheld(() => db.query(sql.wake)).then(() => {}))
  return apart(APART_MS, () => void wake().catch(() => {}))
}

/**
 * Listens on a connection of its own: it connects, listens until the connection is lost, and connects again. Resolves
 * when the signal is aborted.
 * @param onWake is called by each wake, and when listening begins, since wakes before it were missed
 * @param onLost is called when the connection is lost, or there is none
 */
export async function listen(db: Database, onWake: () => void, onLost: () => void, signal: AbortSignal): Promise<void> {
  const wake = apart(APART_MS, onWake)
  while (!signal.aborted) {
    let client: Client | undefined
    try {
      client = await db.connect()
      client.on('notification', wake)
      await client.query(timed(`LISTEN ${CHANNEL}`))
      wake()
      using _ = watch(client, pid => db.transaction(other => isThere(other, pid)))
      await once(client, 'end', { signal })
    } catch {}
    if (client) await end(client)
    onLost()
    if (!signal.aborted) await setTimeout(CONNECT_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {})
  }
}
