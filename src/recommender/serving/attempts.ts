/** How soon after a failure there may be another attempt. */
const AGAIN_MS = 10_000

/** Of a key without a state there was no attempt, or the last one succeeded. */
type State = { readonly is: 'under way' } | { readonly is: 'failed'; readonly againAt: number }

/** Attempts at something that is tried again until it succeeds, whenever it is asked for: one of each key at a time. */
interface Attempts {
  /** Begins an attempt, unless one is under way or has failed a moment ago. */
  start(key: number, attempt: () => Promise<unknown>): void
}

/** @param failed is called with the reason of a failed attempt, which its caller does not get */
export function openAttempts(failed: (error: unknown) => void): Attempts {
  const states = new Map<number, State>()
  const mayStart = (key: number) => {
    const state = states.get(key)
    return state === undefined || (state.is === 'failed' && state.againAt <= Date.now())
  }
  return {
    start(key, attempt) {
      if (!mayStart(key)) return
      states.set(key, { is: 'under way' })
      attempt().then(
        () => states.delete(key),
        error => {
          states.set(key, { is: 'failed', againAt: Date.now() + AGAIN_MS })
          failed(error)
        },
      )
    },
  }
}
