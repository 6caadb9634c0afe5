import { ThrottlingException } from '../../contract/errors.ts'
import { openPool, type Pool } from '../../engine/pool/pool.ts'
import { lowerPriority } from '../../engine/team/priority.ts'
import { openLagShedder, SLOW_DOWN } from '../../lag-shedder.ts'

export type { Pool } from '../../engine/pool/pool.ts'

interface RequestPoolOptions {
  /** The most threads. */
  readonly threads: number
  /** A question that takes fewer milliseconds is answered by the request thread. */
  readonly worthMs?: number | undefined
  /** Called for each request that is refused, as too many wait for a thread. */
  readonly shed: () => void
  /** Called with the reason why a thread ended. */
  readonly failed: (error: unknown) => void
}

/**
 * Beside one thread at full speed a pool would keep the request thread waiting for its turn; three steps lower, two
 * leave it a core. A training's helpers are five steps lower.
 */
const NICENESS = 3

const SAMPLE_MS = 100

/**
 * The threads that score items for requests; undefined for fewer than two, where the request thread does it. Requests
 * which find that others wait too long for a thread are refused with a ThrottlingException. Puts are not: they wait for
 * no thread.
 */
export function openRequestPool({ shed, ...options }: RequestPoolOptions): Pool | undefined {
  if (options.threads < 2) return undefined
  const shedder = openLagShedder()
  const admit = () => {
    if (shedder.admits()) return
    shed()
    throw new ThrottlingException(SLOW_DOWN)
  }
  const pool = openPool({ ...options, niceness: NICENESS, admit })
  const sampling = setInterval(() => shedder.sample(pool.state.waitedMs), SAMPLE_MS).unref()
  return {
    open: pool.open,
    get state() {
      return pool.state
    },
    close() {
      clearInterval(sampling)
      return pool.close()
    },
  }
}

/** As the helpers of a training: requests come first, three to one. */
const NICENESS_OF_BATCHES = 5

let hasYielded = false

/**
 * Lowers the priority of this thread, once for all that it does of one kind. A training is waited for, so that it has
 * as much as threads that score.
 */
export function yieldToRequests(work: 'training' | 'batch'): void {
  if (!hasYielded) lowerPriority(work === 'training' ? NICENESS : NICENESS_OF_BATCHES)
  hasYielded = true
}

/** A message between threads takes a seventh of the time of a question, so this many questions share one. */
export const ASKED_TOGETHER = 16

/**
 * The threads that score items for a batch of segments, likewise; undefined where the one that asks is to do it alone.
 * Each question is worth a thread: there are many at a time.
 */
export function openBatchPool(threads: number): Pool | undefined {
  if (threads < 2) return undefined
  return openPool({ threads, niceness: NICENESS_OF_BATCHES, worthMs: 0, together: ASKED_TOGETHER })
}
