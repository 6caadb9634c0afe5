/**
 * The times of events, in milliseconds since 1970, for models that judge by recency. A time of the future, by a clock
 * that is wrong, counts as the newest time that is not. Otherwise all others would look old beside it. Where all are of
 * the future, as in made-up data, they stay as they are.
 * @param until now
 */
export function untilNow(times: Float64Array, until: number): Float64Array {
  let [newest, isAny] = [Number.NEGATIVE_INFINITY, false]
  for (const time of times) {
    if (time > until) isAny = true
    else if (time > newest) newest = time
  }
  if (!isAny || newest === Number.NEGATIVE_INFINITY) return times
  return times.map(time => (time > until ? newest : time))
}
