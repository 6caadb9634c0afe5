import { setTimeout } from 'node:timers/promises'
import type { Store } from '../store/store.ts'

export interface Readiness {
  /** From now on it is not ready, although it answers: so that load balancers send no more. */
  stop(): void
  readonly isStopping: boolean
  /** Why it cannot serve, in words that quote nothing; undefined where it can. */
  why(): Promise<string | undefined>
}

/** A store that does not answer in this time does not answer requests in any that clients wait for. */
const PATIENCE_MS = 2_000

/** No resource has this ARN: the cheapest question to any store. */
const NOBODY = '-'

/** Whether the server is ready. @param patienceMs how long the store has for its answer */
export function openReadiness(store: Store, patienceMs = PATIENCE_MS): Readiness {
  let isStopping = false
  // One question at a time: the store itself tries again for a while where its database is away.
  let asked: Promise<string | undefined> | undefined
  const ask = () => {
    asked ??= store.resources
      .get(NOBODY)
      .then(
        () => undefined,
        () => 'the store cannot be read',
      )
      .finally(() => {
        asked = undefined
      })
    return asked
  }
  return {
    stop() {
      isStopping = true
    },
    get isStopping() {
      return isStopping
    },
    async why() {
      if (isStopping) return 'stopping'
      const trouble = store.trouble()
      if (trouble !== undefined) return trouble
      const answer = await within(patienceMs, ask(), 'the store does not answer')
      return isStopping ? 'stopping' : answer
    },
  }
}

/** What it resolves to or, where that takes too long, something else. */
export async function within<Value, Otherwise>(
  ms: number,
  value: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  const impatience = new AbortController()
  const late = setTimeout(ms, otherwise, { signal: impatience.signal })
  late.catch(() => {})
  try {
    return await Promise.race([value, late])
  } finally {
    impatience.abort()
  }
}
