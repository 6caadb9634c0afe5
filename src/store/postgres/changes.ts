import { setTimeout } from 'node:timers/promises'
import { NO_LISTENERS, openListeners } from '../listeners.ts'
import { shared } from '../serialize.ts'
import type { Store } from '../store.ts'
import type { UnderWay } from './citus/under-way.ts'
import type { Database } from './database.ts'
import { openChangesTable } from './tables/changes.ts'
import { listen, waker } from './wakes.ts'

/** Without a word from others a server looks for itself. */
const LOOK_EVERY_MS = 1000
/** Looks between two deletions of old changes. */
const FORGET_EVERY = 60
/** Looks between two for writes whose writer is dead. */
const SWEEP_EVERY = 5

/** A server that could not look for this long has missed changes that are deleted by now. */
const LOST_AFTER_MS = 60_000

/** Tells of changes on any server, this one included. */
export interface Changes extends Pick<Store, 'watch' | 'catchUp'> {
  /** Resolves as the write does. When it is committed, it wakes all servers. */
  told<Result>(write: Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Of a store whose tables are spread over nodes. */
interface Spread {
  /** The node where rows are read. */
  readonly near?: Database
  readonly underWay?: UnderWay | undefined
}

/**
 * - `following`: all changes up to the position were told of, and those after it are in the table
 * - `catching up`: reads the changes after the position
 * - `lost`: changes after the position may be missing from the table; the next look has to tell of `unknown`
 *
 * From `following` and `lost` a look leads to `catching up`, and that to `following`, or back where it failed. The loss
 * of the connection leads from each to `lost`.
 */
type State = 'following' | 'catching up' | 'lost'

/**
 * Follows the table `changes`. After a commit a server wakes the others. A wake that is lost costs nothing but time:
 * each server looks for itself every second, and `catchUp` looks at once.
 */
export async function openChanges(db: Database, { near = db, underWay }: Spread = {}): Promise<Changes> {
  const { watch, tell, wantsRows } = openListeners()
  const table = openChangesTable(db, near)
  const wake = waker(db)
  const closing = new AbortController()
  let state: State = 'following'
  let position = await table.position()
  let lookedAt = performance.now()

  const look = async () => {
    const before: State = performance.now() - lookedAt > LOST_AFTER_MS ? 'lost' : state
    state = 'catching up'
    try {
      const found = await table.since(position, wantsRows)
      // Told without a pause: a listener never sees a moment half.
      position = found.position
      lookedAt = performance.now()
      if (before === 'lost') tell({ kind: 'unknown' })
      for (const change of found.changes) tell(change)
      settle('following')
    } catch (error) {
      settle(before)
      throw error
    }
  }
  /** Ends `catching up`. A connection that was lost meanwhile stays so: the look may have been at the old machine. */
  const settle = (next: State) => {
    if (state === 'catching up') state = next
  }
  /** Another machine may have taken the database's place, with numbers of its own. */
  const lose = () => {
    state = 'lost'
  }
  const catchUp = shared(look)
  const lookEverySecond = async () => {
    for (let turn = 1; ; turn++) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: closing.signal, ref: false }).catch(() => {})
      if (closing.signal.aborted) return
      await catchUp().catch(() => {})
      if (turn % SWEEP_EVERY === 0) await underWay?.sweep().catch(() => {})
      if (turn % FORGET_EVERY === 0) await table.forgetOld().catch(() => {})
    }
  }
  const listening = listen(db, () => void catchUp().catch(() => {}), lose, closing.signal)
  const looking = lookEverySecond()
  return {
    watch,
    catchUp,
    async told(write) {
      const result = await write
      wake()
      return result
    },
    async close() {
      closing.abort()
      await Promise.all([listening, looking])
    },
  }
}

/** Of a store that is shared in a worker thread: it is told of nothing, and servers look for its changes themselves. */
export const NO_CHANGES: Changes = {
  watch: NO_LISTENERS.watch,
  catchUp: async () => {},
  told: write => write,
  close: async () => {},
}
