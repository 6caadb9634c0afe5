import { floatsOf } from '../../math/floats.ts'
import type { BlendOfClass } from '../blend.ts'
import { type Placed, placeChoices, weigh } from './choices.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import { type ChoiceSettings, scoredLists } from './ndcg-of-weights.ts'
import type { Shortlist } from './shortlist.ts'

/** So many questions tell how sharp a blend is. */
const QUESTIONS_MAX = 1000
/** About how many times as far apart as their logarithms most blends should have items; the ridge is by it. */
const USUAL = 10

/**
 * How sharp a blend's probabilities should be. Its weights are chosen for the order of items, so they do not say how
 * much likelier one is than another. The sharpness τ says it: the most likely one on questions that no model was
 * trained on. So users with blends of their own compare with one another. Platt, "Probabilistic outputs for support
 * vector machines", 1999; Guo et al., "On calibration of modern neural networks", ICML 2017.
 */
export function sharpnessOf(lists: readonly Shortlist[], blend: BlendOfClass, settings: ChoiceSettings): number {
  const { weights, floor, contextWeight } = blend
  const apart = Math.ceil(lists.length / QUESTIONS_MAX)
  const some = lists.filter(({ targets }, at) => at % apart === 0 && targets > 0)
  const models = [...weights.keys()]
  const scored = scoredLists(some, models, floor, { ...settings, habit: undefined, contextWeight })
  weigh(scored, weights)
  // As a share of what a blend of this ε can have between two items, so that the ridge is the same for all.
  const unit = USUAL / Math.log1p(1 / floor)
  const sets = some.map(({ habits, ...list }, at) => {
    const logs = sumsOf(scored.data, scored.questions[at]!, list.size).map(sum => unit * sum)
    return { ...list, base: habitsOf(habits, settings), logs }
  })
  return unit * fitConditionalLogit(placeChoices(sets, { models: [0] }), [true])[0]!
}

/** A copy of the scores of a question's items. */
function sumsOf(data: Float32Array, { sums, targets, targetBytes }: Placed, size: number): Float32Array {
  const copy = new Float32Array(size)
  const [first, others] = [sums / 4, (sums + targetBytes) / 4]
  copy.set(data.subarray(first, first + targets))
  copy.set(data.subarray(others, others + size - targets), targets)
  return copy
}

function habitsOf(habits: Float32Array, { habit = { shift: 0, weight: 0 } }: ChoiceSettings): Float64Array {
  return floatsOf(habits, logOdds => (Number.isNaN(logOdds) ? 0 : habit.shift + habit.weight * logOdds))
}
