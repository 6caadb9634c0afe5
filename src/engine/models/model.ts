/** What is known of a user, one text a property in an order of its own; null for what is not. Numbers come in classes. */
export type Properties = readonly (string | null)[]

/** A trained model: how much it expects each item to come next. */
export interface Model {
  /**
   * Gives every item a score, `out` being as long as there are items; what was in it is overwritten. The history is the
   * user's items, the oldest first; few models look at the properties. Scores of one call compare with one another, not with those of another call.
   */
  score(history: Int32Array, out: Float64Array, properties?: Properties): void
}

/** How much of what was is remembered: a step further back counts `decay` as much, beyond `length` steps nothing does. */
export interface Memory {
  readonly decay: number
  readonly length: number
}

/** x_u = Σ_{l=1..length} decay^{l−1} e(the item l steps back): calls back with each l-th item and its weight. */
export function forRecent(
  history: Int32Array,
  { decay, length }: Memory,
  each: (item: number, weight: number) => void,
): void {
  let weight = 1
  for (let l = 1; l <= Math.min(length, history.length); l++) {
    each(history[history.length - l]!, weight)
    weight *= decay
  }
}

/** out += weight · row of a dense matrix of n columns. */
export function addDenseRow(B: Float32Array, n: number, row: number, weight: number, out: Float64Array): void {
  const from = row * n
  for (let j = 0; j < n; j++) out[j]! += weight * B[from + j]!
}
