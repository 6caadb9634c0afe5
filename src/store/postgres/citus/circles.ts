import { setTimeout } from 'node:timers/promises'
import { ignore } from '../connections.ts'
import { type Database, statements } from '../database.ts'

/** A write that has taken this long may wait in a circle. Few take as long otherwise. */
const LOOK_AFTER_MS = 200

const sql = statements('circles', {
  // Roles have this right where they were given it, or own the database server.
  mayLook: "SELECT has_function_privilege('check_distributed_deadlocks()', 'execute') AS may",
  look: 'SELECT check_distributed_deadlocks()',
})

/** Runs a write. */
type Untangled = <Result>(write: () => Promise<Result>) => Promise<Result>

/**
 * Returns a function that runs writes of several shards. Of two servers at different nodes each may be first at one,
 * and wait for the other there. Citus looks for such circles every 2 s by itself. This function has it look sooner
 * while a write lasts: it ends one of the statements, which is sent again.
 * @param near the node that leads the writes, which looks for circles of those alone
 */
export function openUntangled(near: Database): Untangled {
  let may: Promise<boolean> | undefined
  const look = async () => {
    may ??= near.query<{ may: boolean }>(sql.mayLook).then(([row]) => row!.may)
    if (await may) await near.query(sql.look)
  }
  return async write => {
    const done = new AbortController()
    const looking = async () => {
      while (!done.signal.aborted) {
        // Servers that look at the same moment would both give way, and meet again.
        await setTimeout(LOOK_AFTER_MS * (1 + Math.random()), undefined, { signal: done.signal }).catch(ignore)
        if (!done.signal.aborted) await look().catch(ignore)
      }
    }
    void looking()
    try {
      return await write()
    } finally {
      done.abort()
    }
  }
}
