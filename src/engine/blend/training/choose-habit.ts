import { meanOf, standardError } from '../../math/mean.ts'
import type { Blend } from '../blend.ts'
import type { HabitWeights } from '../habits.ts'
import { placeChoices } from './choices.ts'
import { fitConditionalLogit, logLikelihood } from './conditional-logit.ts'
import { gainsOf } from './ndcg-of-weights.ts'
import { unitOf, unitScores } from './sharpness.ts'
import type { Shortlist } from './shortlist.ts'

const HABIT_WEIGHTS = [0, 0.25, 0.5, 1, 2]
const SHIFTS = [-2, -1, -0.5, 0, 0.5, 1, 2]
const TRIED = HABIT_WEIGHTS.flatMap(weight => SHIFTS.map(shift => ({ shift, weight, lagWeight: weight })))
/** This many questions tell how much habits count. */
const QUESTIONS_MAX = 1000
/** A blend that tells nothing but habits has at least this share of the usual sharpness. */
const SHARPNESS_MIN = 0.1
/** This many standard errors below the best is as good: of many, the best one is so by chance, too. */
const CHANCE = 1.5

/**
 * How much habits count in a blend: the weights with which the answers of questions are most likely, of those whose
 * NDCG@k is not below the best by more than chance. NDCG@k alone tells nothing of later places, where users of many
 * habits have those that they seldom come back to. The likelihood alone is about items that nobody is recommended.
 */
export function chooseHabit(lists: readonly Shortlist[], blend: Blend, k: number): HabitWeights {
  const some = lists.slice(0, QUESTIONS_MAX)
  const habits = byLikelihood(some, blend, k)
  const gains = gainsOf(
    some,
    habits.map(habit => ({ blend, settings: { k, habit } })),
  )
  const best = gains.reduce((a, b) => (meanOf(b) > meanOf(a) ? b : a))
  return habits.find((_, at) => {
    const lacks = best.map((gain, question) => gain - gains[at]![question]!)
    return meanOf(lacks) <= CHANCE * standardError(lacks)
  })!
}

/**
 * The weights that are tried and the likeliest of all, the likeliest first, by a conditional logit model of five
 * numbers of an item.
 *
 *     P(i) ∝ exp(τ (score_i + [i was had] (shift + weight · log odds_i + lagWeight · lag_i)))
 */
function byLikelihood(lists: readonly Shortlist[], blend: Blend, k: number): HabitWeights[] {
  const told = lists.filter(({ targets }) => targets > 0)
  const scores = unitScores(told, blend, { k })
  const sets = told.map((list, at) => ({ ...list, base: new Float64Array(list.size), logs: rowsOf(list, scores[at]!) }))
  const choices = placeChoices(sets, { models: [0, 1, 2, 3, 4] })
  const [score, had, fresh, odds, lag] = fitConditionalLogit(choices, [true, true, true, true, true]) as Five
  const sharpness = Math.max(SHARPNESS_MIN, score)
  const τ = unitOf(blend) * sharpness
  const likelihoodOf = ({ shift, weight, lagWeight = weight }: HabitWeights) =>
    logLikelihood(choices, [sharpness, τ * Math.max(0, shift), τ * Math.max(0, -shift), τ * weight, τ * lagWeight])
  return [{ shift: (had - fresh) / τ, weight: odds / τ, lagWeight: lag / τ }, ...TRIED]
    .map(habit => ({ habit, likelihood: likelihoodOf(habit) }))
    .sort((a, b) => b.likelihood - a.likelihood)
    .map(({ habit }) => habit)
}

type Five = readonly [number, number, number, number, number]

/** By item, its score, whether it was had or was not, the log odds that it is taken again, and the lift of steps. */
function rowsOf({ size, habits, lags }: Shortlist, scores: Float32Array): Float32Array {
  const rows = new Float32Array(5 * size)
  rows.set(scores)
  for (let i = 0; i < size; i++) {
    const isHad = !Number.isNaN(habits[i]!)
    rows[(isHad ? 1 : 2) * size + i] = 1
    if (isHad) rows[3 * size + i] = habits[i]!
    rows[4 * size + i] = lags[i]!
  }
  return rows
}
