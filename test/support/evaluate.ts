import { hitRate, recall } from '#test/ranking-metrics.ts'
import type { BlendQuery, Model } from '../../src/engine/blend/models/model.ts'
import { createRanker, type ModelRanker, orderBy } from '../../src/engine/blend/serving/rank.ts'
import type { Question } from '../../src/engine/interactions.ts'
import { coverage, ndcg, precision, reciprocalRank } from '../../src/engine/metrics/ranking.ts'
import { except } from '../../src/engine/ranked.ts'

interface Recommending {
  readonly count: number
  /** Whether items of the history may be recommended again. */
  readonly repeats?: boolean
}

/** Returns a function that recommends the best `count` items. */
export function recommender(
  ranker: Pick<ModelRanker, 'ask'>,
  { count, repeats = false }: Recommending,
): (query: BlendQuery & Partial<Question>) => Int32Array {
  return query => {
    const left = new Set([...(repeats ? [] : query.history), ...(query.leftOut ?? [])])
    return ranker.ask(query).rank({ count, passes: except(left) }).items
  }
}

/** A ranker of one model alone: items that it has no score for come by its prior, or else by number. */
export function alone(model: Model, items: number): ModelRanker {
  return createRanker(model, orderBy(model.prior ?? new Float64Array(items)))
}

type Metrics = Readonly<Record<string, number>>

/** The mean of each metric over the questions: `hitRate@10`, `ndcg@10`, ..., `reciprocalRank@25`, `coverage`. */
export function evaluate(
  ranker: Pick<ModelRanker, 'ask'>,
  items: number,
  questions: readonly Question[],
  { repeats = false, ks = [5, 10, 20, 25] }: { repeats?: boolean; ks?: readonly number[] } = {},
): Metrics {
  const recommend = recommender(ranker, { count: Math.max(25, ...ks), repeats })
  const sums: Record<string, number> = {}
  const add = (name: string, value: number) => {
    sums[name] = (sums[name] ?? 0) + value / questions.length
  }
  const lists = questions.map(question => {
    const list = recommend(question)
    const relevant = new Set(question.targets)
    for (const k of ks)
      for (const metric of [hitRate, ndcg, precision, recall]) add(`${metric.name}@${k}`, metric(list, relevant, k))
    add('reciprocalRank@25', reciprocalRank(list, relevant))
    return list
  })
  return { ...sums, coverage: coverage(lists, items) }
}
