import { setImmediate } from 'node:timers/promises'

/** Does work that yields every few milliseconds; other requests have their turn then. Returns its result. */
export async function inTurns<Result>(work: Generator<void, Result, undefined>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await setImmediate()
  }
}

/** Does the same work in one go. Returns its result. */
export function inOneGo<Result>(work: Generator<void, Result, undefined>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
