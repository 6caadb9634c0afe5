import type { ScoredItems } from './rank.ts'

/**
 * Returns a function for the probability of an item by its score. Habits are left as they are: they are log odds.
 *
 *     P(i) = exp(τ (score_i − habit_i) + habit_i) / Σ_j exp(τ (score_j − habit_j) + habit_j)
 *
 * @param late the scores of items that came after the training
 * @param habits of each item that the user had, what habits add to its score
 */
export function calibrated(
  { logTotal, scoresOf }: Pick<ScoredItems, 'logTotal' | 'scoresOf'>,
  sharpness = 1,
  late: Float64Array,
  habits: ReadonlyMap<number, number>,
): (item: number, score: number) => number {
  const weightOf = (score: number, habit: number) => Math.exp(sharpness * (score - habit) + habit)
  const had = [...habits.keys()]
  const scores = scoresOf(had)
  let total = Math.exp(logTotal(sharpness))
  for (const [at, item] of had.entries()) total += weightOf(scores[at]!, habits.get(item)!) - weightOf(scores[at]!, 0)
  for (const score of late) total += weightOf(score, 0)
  return (item, score) => weightOf(score, habits.get(item) ?? 0) / total
}
