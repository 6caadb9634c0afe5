import type { Question } from '../../src/engine/interactions.ts'
import { hitRate, ndcg, recall } from '../../src/engine/metrics/ranking.ts'
import type { Protocol } from './protocols.ts'

const METRICS = { hitRate, ndcg, recall }

/** Of each metric its value for each question. */
export type Values = readonly Float64Array[]

/** Measures one list of items a question. */
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

/** How much better one is than another on the same questions, in the mean, and the standard error of that. */
export interface Difference {
  readonly mean: number
  readonly error: number
}

/** The paired difference of two lists of values, those of question q at q. */
export function paired(values: Float64Array, others: Float64Array): Difference {
  const gains = values.map((value, at) => value - others[at]!)
  const middle = mean(gains)
  const variance = gains.reduce((sum, gain) => sum + (gain - middle) ** 2, 0) / Math.max(1, gains.length - 1)
  return { mean: middle, error: Math.sqrt(variance / gains.length) }
}
