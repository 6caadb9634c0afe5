/** The arithmetic mean; 0 of no values. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]!
  return sum / Math.max(1, values.length)
}

/** The standard error of the mean: the standard deviation by √n; NaN of no values. */
export function standardError(values: ArrayLike<number>): number {
  const mean = meanOf(values)
  let squares = 0
  for (let at = 0; at < values.length; at++) squares += (values[at]! - mean) ** 2
  return Math.sqrt(squares) / values.length
}

/**
 * The place of the best of several series of values, which are of the same questions in the same order. The first one
 * stands unless another is better by more than a standard error (the rule of Breiman et al., 1984).
 */
export function clearlyBest(series: readonly Float64Array[]): number {
  const [first] = series as readonly [Float64Array]
  const leads = series.map(values => {
    const differences = values.map((value, at) => value - first[at]!)
    return meanOf(differences) - standardError(differences)
  })
  return leads.reduce((best, lead, at) => (lead > leads[best]! ? at : best), 0)
}
