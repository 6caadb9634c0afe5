import { floatsOf } from '../../math/floats.ts'
import type { BlendFrom } from '../parts.ts'
import type { ScoredItems } from '../serving/rank.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import { type ChoiceSettings, scoredLists, Trial } from './ndcg-of-weights.ts'
import type { Shortlist } from './shortlist.ts'

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

/** So many questions tell how sharp a blend is. */
const QUESTIONS_MAX = 1000
/** About how many times as far apart as their logarithms most blends should have items; the ridge is by it. */
const USUAL = 10

/**
 * How sharp a blend's probabilities should be. Its weights are chosen for the order of items, so they say nothing of
 * how much likelier one is than another, and ε says it by chance. The sharpness τ makes up for that: the most likely
 * one on questions that no model was trained on. So users with blends of their own compare with one another. Platt,
 * "Probabilistic outputs for support vector machines", 1999; Guo et al., "On calibration of modern neural networks",
 * ICML 2017.
 */
export function sharpnessOf(lists: readonly Shortlist[], blend: BlendFrom, settings: ChoiceSettings): number {
  const { weights, floor, contextWeight } = blend
  const apart = Math.ceil(lists.length / QUESTIONS_MAX)
  const some = lists.filter((_, at) => at % apart === 0)
  const scored = scoredLists(some, floor, { ...settings, habit: undefined, contextWeight })
  new Trial(scored, weights.length, settings.k).take(weights)
  // As a share of what a blend of this ε can have between two items, so that the ridge is the same for all.
  const unit = USUAL / Math.log1p(1 / floor)
  const choices = scored.map(({ sums, size, targets, habits }) => {
    return { size, targets, base: habitsOf(habits, settings), logs: Float32Array.from(sums, sum => unit * sum) }
  })
  return unit * fitConditionalLogit(choices, [true])[0]!
}

function habitsOf(habits: Float32Array, { habit = { shift: 0, weight: 0 } }: ChoiceSettings): Float64Array {
  return floatsOf(habits, logOdds => (Number.isNaN(logOdds) ? 0 : habit.shift + habit.weight * logOdds))
}
