import { hitRate, recall } from '#test/ranking-metrics.ts'
import type { Question } from '../../src/engine/interactions.ts'
import { ndcg } from '../../src/engine/metrics/ranking.ts'
import type { Protocol } from './protocols.ts'

const METRICS = { hitRate, ndcg, recall }

/** For each metric, its value for each question. */
export type Values = readonly Float64Array[]

/** Measures a list of items for each question. */
export function valuesOf(
  questions: readonly Pick<Question, 'targets'>[],
  lists: readonly ArrayLike<number>[],
  metrics: Protocol['metrics'],
): Values {
  const relevant = questions.map(({ targets }) => new Set(targets))
  return metrics.map(([name, k]) =>
    Float64Array.from(lists, (list, at) => METRICS[name](Array.from(list), relevant[at]!, k)),
  )
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]!
  return sum / values.length
}

/** The mean difference of two rankers on the same questions, and its standard error. */
export interface Difference {
  readonly mean: number
  readonly error: number
}

/** Returns the paired difference of two lists of values, whose index is the question. */
export function paired(values: Float64Array, others: Float64Array): Difference {
  const gains = values.map((value, at) => value - others[at]!)
  const middle = mean(gains)
  const variance = gains.reduce((sum, gain) => sum + (gain - middle) ** 2, 0) / Math.max(1, gains.length - 1)
  return { mean: middle, error: Math.sqrt(variance / gains.length) }
}
