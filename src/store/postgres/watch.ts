import type { ClientBase } from 'pg'
import { backendOf, cutOff, timed } from './connections.ts'

/** How often is looked whether PostgreSQL is at it still. */
const LOOK_EVERY_MS = 15_000

const THERE = 'SELECT FROM pg_stat_activity WHERE pid = $1'

/** Whether a process of PostgreSQL is there. @param client another connection to the same node */
export async function isThere(client: ClientBase, pid: number): Promise<boolean> {
  return (await client.query({ ...timed(THERE), values: [pid] })).rowCount === 1
}

/**
 * Cuts a connection whose other end is gone. One that listens is silent for days, and a scan may sort for hours before
 * its first row, so that no time limit can tell: TCP alone would, a quarter of an hour after bytes went to a machine
 * that is gone. So another connection looks for the process in PostgreSQL's list.
 * @param isAtIt whether the process of the connection is there
 */
export function watch(client: ClientBase, isAtIt: (pid: number) => Promise<boolean>): Disposable {
  let isOver = false
  const { pid } = backendOf(client)
  const look = async () => {
    // Where the list cannot be read, this one waits for the database as well.
    if (!(await isAtIt(pid).catch(() => true)) && !isOver) cutOff(client)
  }
  const looking = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    [Symbol.dispose]() {
      isOver = true
      clearInterval(looking)
    },
  }
}
