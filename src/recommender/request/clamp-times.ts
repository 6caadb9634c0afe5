import { now } from './clock.ts'

/**
 * The times of events, in milliseconds since 1970, as what judges by how recent they are may take them: one of the
 * future, by a clock that is wrong, counts as at the newest time that is not, lest all others look old beside it. Where
 * all are of the future, as in made-up data, they stay as they are.
 */
export function untilNow(times: Float64Array, until = now()): Float64Array {
  let [newest, isAny] = [Number.NEGATIVE_INFINITY, false]
  for (const time of times) {
    if (time > until) isAny = true
    else if (time > newest) newest = time
  }
  if (!isAny || newest === Number.NEGATIVE_INFINITY) return times
  return times.map(time => (time > until ? newest : time))
}
