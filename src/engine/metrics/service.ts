import { meanOf } from '../math/mean.ts'
import { coverage, ndcg, precision, reciprocalRank } from './ranking.ts'

/** The metrics of a solution version, under the names of GetSolutionMetrics. */
export type ServiceMetrics = {
  readonly coverage: number
  readonly mean_reciprocal_rank_at_25: number
  readonly normalized_discounted_cumulative_gain_at_5: number
  readonly normalized_discounted_cumulative_gain_at_10: number
  readonly normalized_discounted_cumulative_gain_at_25: number
  readonly precision_at_5: number
  readonly precision_at_10: number
  readonly precision_at_25: number
}

/**
 * The service's offline metrics: https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html.
 *
 * @param lists of each request the recommendations, the best first, 25 or more
 * @param relevants of each request the items that were interacted with later
 * @param items how many items there are
 */
export function serviceMetrics(
  lists: readonly ArrayLike<number>[],
  relevants: readonly ReadonlySet<number>[],
  items: number,
): ServiceMetrics {
  const mean = (metric: (list: ArrayLike<number>, relevant: ReadonlySet<number>) => number) =>
    meanOf(lists.map((list, at) => metric(list, relevants[at]!)))
  const gainAt = (k: number) => mean((list, relevant) => ndcg(list, relevant, k))
  const precisionAt = (k: number) => mean((list, relevant) => precision(list, relevant, k))
  return {
    coverage: coverage(
      lists.map(list => Array.from({ length: Math.min(25, list.length) }, (_, at) => list[at]!)),
      items,
    ),
    mean_reciprocal_rank_at_25: mean((list, relevant) => reciprocalRank(list, relevant, 25)),
    normalized_discounted_cumulative_gain_at_5: gainAt(5),
    normalized_discounted_cumulative_gain_at_10: gainAt(10),
    normalized_discounted_cumulative_gain_at_25: gainAt(25),
    precision_at_5: precisionAt(5),
    precision_at_10: precisionAt(10),
    precision_at_25: precisionAt(25),
  }
}
