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
