import type { Blend, BlendOfClass } from '../blend.ts'
import { type Placed, placeChoices, weigh } from './choices.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import { type ChoiceSettings, scoredLists } from './ndcg-of-weights.ts'
import type { Shortlist } from './shortlist.ts'

/** This many questions tell how sharp a blend is. */
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
  const apart = Math.ceil(lists.length / QUESTIONS_MAX)
  const some = lists.filter(({ targets }, at) => at % apart === 0 && targets > 0)
  const scores = unitScores(some, blend, { ...settings, contextWeight: blend.contextWeight })
  const sets = some.map((list, at) => ({ ...list, base: new Float64Array(list.size), logs: scores[at]! }))
  return unitOf(blend) * fitConditionalLogit(placeChoices(sets, { models: [0] }), [true])[0]!
}

/** A share of what a blend of this ε can have between two items: in such units the ridge is the same for all. */
export const unitOf = ({ floor }: Blend) => USUAL / Math.log1p(1 / floor)

/** The scores of the items of questions that have a target on their list, times the blend's unit. */
export function unitScores(
  lists: readonly Shortlist[],
  blend: Blend,
  settings: ChoiceSettings,
): readonly Float32Array[] {
  const { weights, floor } = blend
  const scored = scoredLists(lists, [...weights.keys()], floor, settings)
  weigh(scored, weights)
  const unit = unitOf(blend)
  return scored.questions.map((question, at) => sumsOf(scored.data, question, lists[at]!.size).map(sum => unit * sum))
}

/** A copy of the scores of a question's items. */
function sumsOf(data: Float32Array, { sums, targets, targetBytes }: Placed, size: number): Float32Array {
  const copy = new Float32Array(size)
  const [first, others] = [sums / 4, (sums + targetBytes) / 4]
  copy.set(data.subarray(first, first + targets))
  copy.set(data.subarray(others, others + size - targets), targets)
  return copy
}
