import { setTimeout } from 'node:timers/promises'
import type { Store } from '../store/store.ts'

interface Readiness {
  /** From now on the server is not ready, although it still answers, so that load balancers send no more requests. */
  stop(): void
  isStopping(): boolean
  /** Returns the reason why it cannot serve, without any data in it; undefined if it can. */
  why(): Promise<string | undefined>
}

/** If the store does not answer in this time, clients would not wait for its answers either. */
const PATIENCE_MS = 2_000

/** No resource has this ARN, so that the look-up is the cheapest read of any store. */
const NOBODY = '-'

/**
 * Returns the readiness of the server.
 * @param store returns the store that answers now
 * @param patienceMs the longest wait for its answer
 */
export function openReadiness(store: () => Store, patienceMs = PATIENCE_MS): Readiness {
  let isStopping = false
  // One read at a time: if its database is away, the store itself retries for a while.
  let asked: Promise<string | undefined> | undefined
  const ask = () => {
    asked ??= store()
      .resources.get(NOBODY)
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
    isStopping: () => isStopping,
    async why() {
      if (isStopping) return 'stopping'
      const trouble = store().trouble()
      if (trouble !== undefined) return trouble
      const answer = await within(patienceMs, ask(), 'the store does not answer')
      return isStopping ? 'stopping' : answer
    },
  }
}

/** Returns the value of a promise, or `otherwise` if it takes longer than `ms`. */
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
