/**
 * The metrics of the service: https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html.
 * Each takes the recommendations of one request, the best first, and the relevant items; the mean over all requests is
 * the metric of a model.
 */

type Relevant = ReadonlySet<number>

/** The gain of a relevant recommendation at a position; the first position is 1. */
export function discount(position: number): number {
  return 1 / Math.log2(1 + position)
}

/** Σ over the relevant among the first k of 1/log(1 + position), as a share of the most that it could be. */
export function ndcg(recommended: ArrayLike<number>, relevant: Relevant, k: number): number {
  let gain = 0
  let ideal = 0
  for (let position = 1; position <= k; position++) {
    if (position <= recommended.length && relevant.has(recommended[position - 1]!)) gain += discount(position)
    if (position <= relevant.size) ideal += discount(position)
  }
  return ideal === 0 ? 0 : gain / ideal
}

/** The relevant among the first k, divided by k, though there be fewer recommendations. */
export function precision(recommended: ArrayLike<number>, relevant: Relevant, k: number): number {
  let hits = 0
  for (let i = 0; i < Math.min(k, recommended.length); i++) if (relevant.has(recommended[i]!)) hits++
  return hits / k
}

/** 1 / the position of the first relevant one, 0 where none of the first k is. */
export function reciprocalRank(recommended: ArrayLike<number>, relevant: Relevant, k = 25): number {
  for (let position = 1; position <= Math.min(k, recommended.length); position++)
    if (relevant.has(recommended[position - 1]!)) return 1 / position
  return 0
}

/** The share of all items that is recommended to anybody. */
export function coverage(lists: Iterable<ArrayLike<number>>, items: number): number {
  const met = new Set<number>()
  for (const list of lists) for (let i = 0; i < list.length; i++) met.add(list[i]!)
  return items === 0 ? 0 : met.size / items
}
