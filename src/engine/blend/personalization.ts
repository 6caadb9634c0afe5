import type { ScorePart } from '../evidence.ts'
import { floatsOf, gather } from '../math/floats.ts'
import { meanOf } from '../math/mean.ts'
import { Scores } from '../math/scores.ts'
import type { ServiceMetrics } from '../metrics/service.ts'
import { explainNewcomer, openExplainer } from './explain.ts'
import { type HabitsState, openHabits, UNTRAINED } from './habits.ts'
import { openBlend } from './models/blend.ts'
import type { ContentModel } from './models/content.ts'
import { type ContextLiftState, openContextLift } from './models/context-lift.ts'
import { type Asked, isKnown, type Model } from './models/model.ts'
import type { PopularityState } from './models/popularity-prior.ts'
import { blendModelOf, placeOf } from './models.ts'
import type { BlendFrom, Part } from './parts.ts'
import { createRanker, type ModelRanker, orderBy, type ScoredItems } from './rank.ts'

/** A trained recommender, as its file keeps it. */
export type PersonalizationState = {
  readonly items: number
  /** Popularity first. */
  readonly parts: readonly Part[]
  /** In rising order of events. */
  readonly blends: readonly BlendFrom[]
  /** The same for users of whom no property is known, where training had properties. */
  readonly blendsWithoutProperties?: readonly BlendFrom[] | undefined
  /** When items of the history are recommended again; files of before have none. */
  readonly habits?: HabitsState | undefined
  readonly context?: ContextLiftState | undefined
  readonly metrics: ServiceMetrics
}

/** Recommends to any user. */
export interface Personalization extends ModelRanker {
  readonly metrics: ServiceMetrics
  ask(asked: Asked): PersonalAnswer
}

export interface PersonalAnswer extends ScoredItems {
  /**
   * Returns a function that scores items that were not there at training, by their features; the scores compare with
   * those of `rank`. It is the mean score of items that are as much to the user's taste, or the blend's formula with
   * content's share alone where that is more. Undefined where the training had no features.
   */
  readonly newcomers?: () => (features: Int32Array) => number
  /**
   * Returns a function that says how alike an item is to the user's own, by its features. Undefined where the training
   * had no features.
   */
  readonly taste: () => ((features: Int32Array) => number) | undefined
  /** The parts of the scores of these items, of each in the order of the models; they sum up to its score. */
  explain(items: Int32Array): readonly (readonly ScorePart[])[]
  /** The same for an item that was not there at training, by its features and the score that it has. */
  explainNewcomer(features: Int32Array, score: number): readonly ScorePart[]
}

/**
 * Opens a trained blend, or one that was read from a file: one ranker a blend, by the length of the history.
 *
 * @param minds whether it minds habits; otherwise what was had is ranked as everything else
 */
export function openPersonalization(state: PersonalizationState, minds = true): Personalization {
  const { items, parts, blends, habits = UNTRAINED } = state
  const models = parts.map(({ name, state }) => blendModelOf(name).open(state))
  const { counts } = parts[placeOf('prior', parts)]!.state as PopularityState
  const order = orderBy(counts)
  const [scratch, scores] = [new Scores(items), new Scores(items)]
  const context = state.context && openContextLift(state.context)
  const again = minds ? againBy(habits, items) : undefined
  const content = placeOf('newcomers', parts)
  const taste = models[content] as ContentModel | undefined
  const rankerOf = (blend: BlendFrom): ModelRanker => {
    const model = openBlend(models, blend, items, scratch)
    const all = taste && counts.includes(0) ? withUntried(model, taste, counts, scratch) : model
    return createRanker(served(all, { context, contextWeight: blend.contextWeight, again }, scratch), order, scores)
  }
  const ranked = (some: readonly BlendFrom[]) => some.map(blend => ({ blend, ranker: rankerOf(blend) }))
  const usual = ranked(blends)
  const withoutProperties = state.blendsWithoutProperties ? ranked(state.blendsWithoutProperties) : usual
  const cold = models[placeOf('cold', parts)]
  const isKnownOf = ({ properties }: Asked) => cold?.knows?.(properties ?? []) ?? isKnown(properties)
  const chosen = (asked: Asked) => {
    const classes = isKnownOf(asked) ? usual : withoutProperties
    return classes.findLast(({ blend }) => blend.eventsFrom <= asked.history.length) ?? classes[0]!
  }
  const explaining = { items, models: parts.map(({ name }, at) => ({ name, model: models[at]! })), counts, context }
  let explainer: ReturnType<typeof openExplainer> | undefined
  return {
    metrics: state.metrics,
    ask(asked) {
      const { blend, ranker } = chosen(asked)
      const ranked = ranker.ask(asked)
      const { weights, floor } = blend
      const answer: PersonalAnswer = {
        ...ranked,
        taste: () => taste?.newcomers(asked),
        explain(wanted) {
          explainer ??= openExplainer({ ...explaining, again, taste })
          return explainer(blend, asked, wanted, ranked.scoresOf)
        },
        explainNewcomer: (features, score) => (taste ? explainNewcomer(taste, floor, asked, features, score) : []),
      }
      if (!taste) return answer
      const weight = weights[content]!
      const newcomers = () => {
        const typical = byTaste(taste, asked, { answer, counts, floor }, scratch)
        if (weight === 0) return typical
        // The other models say nothing of a new item, which says nothing against it.
        const own = byContent(taste, asked, { weight, floor }, scratch)
        return (features: Int32Array) => Math.max(own(features), typical(features))
      }
      return { ...answer, newcomers }
    },
  }
}

interface Circumstances {
  readonly context: Model | undefined
  readonly contextWeight: number
  readonly again: ((asked: Asked, out: Scores) => void) | undefined
}

/** The blend with what the context says, and with what habits say of the history. */
function served(blend: Model, { context, contextWeight, again }: Circumstances, scratch: Scores): Model {
  return {
    ...blend,
    score(asked, out) {
      blend.score(asked, out)
      if (context && asked.context) {
        scratch.clear()
        context.score(asked, scratch)
        for (const item of scratch.items) out.add(item, contextWeight * scratch.values[item]!)
      }
      again?.(asked, out)
    },
  }
}

function againBy(habits: HabitsState, items: number): NonNullable<Circumstances['again']> {
  const had = openHabits(habits, items)
  const { shift, weight } = habits
  return ({ history }, out) => had(history, (item, logOdds) => out.add(item, shift + weight * logOdds))
}

/**
 * The blend where some items had no event at training: most models say nothing of them, which says nothing against
 * them. They get the mean score of items that are as much to the user's taste by their features, or their own if that
 * is more.
 */
function withUntried(
  blend: Model & { readonly prior: Float64Array },
  content: ContentModel,
  counts: Float64Array,
  scratch: Scores,
): Model {
  const { prior } = blend
  return {
    ...blend,
    score(asked, out) {
      blend.score(asked, out)
      const scoresOf = (items: Int32Array) => floatsOf(items, item => prior[item]! + out.values[item]!)
      const worth = worthOf(content, asked, scratch, item => counts[item]! > 0, scoresOf)
      if (!worth) return
      for (const item of scratch.items) {
        if (counts[item] !== 0) continue
        const more = worth(scratch.values[item]!) - prior[item]! - out.values[item]!
        if (more > 0) out.add(item, more)
      }
    },
  }
}

/** The same for items that came after training. */
function byTaste(
  content: ContentModel,
  asked: Asked,
  { answer, counts, floor }: { answer: ScoredItems; counts: Float64Array; floor: number },
  scratch: Scores,
) {
  const had = new Set(asked.history)
  const isKnown = (item: number) => counts[item]! > 0 && !had.has(item)
  const worth = worthOf(content, asked, scratch, isKnown, answer.scoresOf)
  // The user has had all that is to their taste: by how much it is, the other models being silent.
  if (!worth) return byContent(content, asked, { weight: 1, floor }, scratch)
  const tasteOf = content.newcomers(asked)
  return (features: Int32Array) => worth(tasteOf(features))
}

/** By how many items it is judged what items are worth that are not to the user's taste. */
const OTHERS = 100

/**
 * Returns the score that the known items have in the mean, by how much an item is to the user's taste; undefined where
 * none of them is. Leaves the tastes in `scratch`.
 */
function worthOf(
  content: ContentModel,
  asked: Asked,
  scratch: Scores,
  isKnown: (item: number) => boolean,
  scoresOf: (items: Int32Array) => Float64Array,
): ((taste: number) => number) | undefined {
  scratch.clear()
  content.score(asked, scratch)
  const known = scratch.items.filter(isKnown)
  if (known.length === 0) return undefined
  const tastes = gather(scratch.values, known)
  const line = leastSquares(tastes, scoresOf(known))
  const most = tastes.reduce((a, b) => Math.max(a, b), 0)
  const step = Math.ceil(scratch.values.length / OTHERS)
  const every = Int32Array.from({ length: Math.ceil(scratch.values.length / step) }, (_, at) => at * step)
  const others = every.filter(item => isKnown(item) && !scratch.has(item))
  const withoutTaste = others.length > 0 ? Math.min(meanOf(scoresOf(others)), line(most)) : line(0)
  return taste => (taste > 0 ? Math.max(withoutTaste, line(taste)) : withoutTaste)
}

function byContent(
  content: ContentModel,
  asked: Asked,
  { weight, floor }: { weight: number; floor: number },
  scratch: Scores,
) {
  scratch.clear()
  content.score(asked, scratch)
  const most = scratch.greatest() || 1
  const tasteOf = content.newcomers(asked)
  return (features: Int32Array) =>
    // The weights sum up to 1, so silence on all sides is log ε.
    Math.log(floor) + weight * Math.log1p(Math.min(1, tasteOf(features) / most) / floor)
}

/**
 * The line y = ȳ + b (x − x̄) through the points, b = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)² or 0 where it would fall; beyond
 * the greatest x it is level.
 */
function leastSquares(x: Float64Array, y: Float64Array): (x: number) => number {
  const [x̄, ȳ, most] = [meanOf(x), meanOf(y), x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)]
  let [Sxy, Sxx] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    Sxy += (x[i]! - x̄) * (y[i]! - ȳ)
    Sxx += (x[i]! - x̄) ** 2
  }
  const slope = Sxx > 0 ? Math.max(0, Sxy / Sxx) : 0
  return at => ȳ + slope * (Math.min(at, most) - x̄)
}
