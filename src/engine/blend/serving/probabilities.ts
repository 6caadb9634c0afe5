import type { ScoredItems } from './rank.ts'

/**
 * Returns a function for the probability of an item, by its score.
 *
 *     P(i) = exp(τ score_i) / Σ_j exp(τ score_j)
 *
 * @param late the scores of items that came after the training
 */
export function calibrated(
  { logTotal }: Pick<ScoredItems, 'logTotal'>,
  sharpness = 1,
  late: Float64Array,
): (score: number) => number {
  const total = late.reduce((sum, score) => sum + Math.exp(sharpness * score), Math.exp(logTotal(sharpness)))
  return score => Math.exp(sharpness * score) / total
}
