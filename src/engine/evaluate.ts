import type { Question } from './interactions.ts'
import { greatest } from './math/sparse.ts'
import { coverage, hitRate, ndcg, precision, recall, reciprocalRank } from './metrics/ranking.ts'
import type { Model, Properties } from './models/model.ts'

export interface Recommending {
  readonly count: number
  /** Whether items of the history may be recommended again. */
  readonly repeats?: boolean
}

/** Gives what recommends the best `count` items for a history. */
export function recommender(model: Model, items: number, { count, repeats = false }: Recommending) {
  const scores = new Float64Array(items)
  const all = Int32Array.from({ length: items }, (_, item) => item)
  return (history: Int32Array, properties?: Properties): Int32Array => {
    model.score(history, scores, properties)
    if (repeats) return greatest(all, scores, count)
    for (const item of history) scores[item] = Number.NEGATIVE_INFINITY
    return greatest(all, scores, count).filter(item => scores[item]! > Number.NEGATIVE_INFINITY)
  }
}

export type Metrics = Readonly<Record<string, number>>

/** The mean of each metric over the questions: `hitRate@10`, `ndcg@10`, ..., `reciprocalRank@25`, `coverage`. */
export function evaluate(
  model: Model,
  items: number,
  questions: readonly Question[],
  { repeats = false, ks = [5, 10, 20, 25] }: { repeats?: boolean; ks?: readonly number[] } = {},
): Metrics {
  const recommend = recommender(model, items, { count: Math.max(25, ...ks), repeats })
  const sums: Record<string, number> = {}
  const add = (name: string, value: number) => {
    sums[name] = (sums[name] ?? 0) + value / questions.length
  }
  const lists = questions.map(({ history, targets, properties }) => {
    const list = recommend(history, properties)
    const relevant = new Set(targets)
    for (const k of ks)
      for (const metric of [hitRate, ndcg, precision, recall]) add(`${metric.name}@${k}`, metric(list, relevant, k))
    add('reciprocalRank@25', reciprocalRank(list, relevant))
    return list
  })
  return { ...sums, coverage: coverage(lists, items) }
}
