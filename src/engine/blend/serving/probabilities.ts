import type { ScoredItems } from './rank.ts'

/**
 * Returns a function for the probability of an item, by its score.
 *
 *     P(i) = exp(τ score_i) / Σ_j exp(τ score_j)
 *
 * @param late the scores of items that have others than at training
 * @param before the scores of those of them that are in the total
 */
export function calibrated(
  { logTotal }: Pick<ScoredItems, 'logTotal'>,
  sharpness = 1,
  late: Float64Array,
  before: Float64Array,
): (score: number) => number {
  const sumOf = (scores: Float64Array) => scores.reduce((sum, score) => sum + Math.exp(sharpness * score), 0)
  const total = Math.exp(logTotal(sharpness)) + sumOf(late) - sumOf(before)
  return score => Math.exp(sharpness * score) / total
}
