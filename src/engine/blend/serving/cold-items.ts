import { floatsOf, gather } from '../../math/floats.ts'
import { meanOf } from '../../math/mean.ts'
import { placeIn } from '../../math/places.ts'
import type { Scores } from '../../math/scores.ts'
import { type Blend, openBlend } from '../blend.ts'
import type { ContentModel } from '../models/content.ts'
import type { BlendQuery, Model } from '../models/model.ts'
import { type AnsweredByAll, scoreByEvents } from './cold-items-by-events.ts'
import type { ScoreByNewEvents } from './new-event-scores.ts'

/**
 * The blend where some items had no event at training: most models say nothing of them, which says nothing against
 * them. They get the mean score of items that are as much to the user's taste by their features, or their own if that
 * is more.
 */
export function openWithUntried(
  models: readonly Model[],
  blend: Blend,
  content: ContentModel,
  counts: Float64Array,
  prior: Float64Array,
): Model & { readonly prior: Float64Array } {
  let heard: Tastes | undefined
  const hear = (model: Model, scores: Scores) => {
    if (model === content) heard = tastesIn(scores)
  }
  const model = openBlend(models, blend, counts.length, hear, prior)
  return {
    ...model,
    score(query, out) {
      heard = undefined
      model.score(query, out)
      const tastes = heard ?? tastesOf(content, query, out.parts)
      const scoresOf = (items: Int32Array) => floatsOf(items, item => prior[item]! + out.values[item]!)
      const worth = worthOf(tastes, counts, item => counts[item]! > 0, scoresOf)
      if (!worth) return
      const { items, values } = tastes
      for (let at = 0; at < items.length; at++) {
        const item = items[at]!
        if (counts[item] !== 0) continue
        const more = worth(values[at]!) - prior[item]! - out.values[item]!
        if (more > 0) out.add(item, more)
      }
    },
  }
}

/** An item that training had no event of. */
export interface ColdItem {
  readonly features: Int32Array
  /** The weights of its events. */
  readonly events: number
  /** Whether the user had it. */
  readonly isHad?: boolean | undefined
}

/** The blend's answer to a question, and what content has to say in it. */
interface Answered extends AnsweredByAll {
  readonly weight: number
  /** Scores items by their events since the training, for users without any. */
  readonly byNewEvents?: ScoreByNewEvents | undefined
}

/**
 * Returns a function that scores items which came after the training, by their features or by their events. NaN where
 * neither says anything.
 */
export function scoreColdItems(
  content: ContentModel | undefined,
  query: BlendQuery,
  answered: Answered,
  scratch: Scores,
): (coldItem: ColdItem) => number {
  const byFeatures = content && scoreByFeatures(content, query, answered, scratch)
  const { byNewEvents } = answered
  const byEvents = byNewEvents ? byEventsAlone(byNewEvents) : scoreByEvents(query, answered)
  return coldItem => {
    if (isByEvents(content, query, coldItem)) return byEvents(coldItem.events)
    return byFeatures?.(coldItem.features) ?? Number.NaN
  }
}

const byEventsAlone = (scoreOf: ScoreByNewEvents) => (more: number) =>
  scoreOf({ score: Number.NEGATIVE_INFINITY, count: 0, more })

/**
 * Whether an item that came after the training is scored by its events: it has some, and its features say nothing to
 * this user. Features come first, since they say whom an item suits.
 */
export function isByEvents(
  content: ContentModel | undefined,
  query: BlendQuery,
  { features, events }: ColdItem,
): boolean {
  return events > 0 && !(content?.isTelling(features) && content.knowsTasteOf(query))
}

/**
 * Scores by features: the mean score of items that are as much to the user's taste, or the blend's formula with
 * content's share alone where that is more.
 */
function scoreByFeatures(content: ContentModel, query: BlendQuery, answered: Answered, scratch: Scores) {
  const { scoresOf, counts, floor, weight } = answered
  const tastes = tastesOf(content, query, scratch)
  const most = tastes.values.reduce((a, b) => Math.max(a, b), 0) || 1
  const tasteOf = content.coldItems(query)
  const had = new Set(query.history)
  const worth = worthOf(tastes, counts, item => counts[item]! > 0 && !had.has(item), scoresOf)
  // Of a user who has had all that is to their taste, the other models say nothing.
  const own = worth ? weight : 1
  return (features: Int32Array): number => {
    const taste = tasteOf(features)
    // The weights sum up to 1, so silence on all sides is log ε.
    const score = Math.log(floor) + own * Math.log1p(Math.min(1, taste / most) / floor)
    if (!worth) return score
    return own === 0 ? worth(taste) : Math.max(score, worth(taste))
  }
}

/** How much items are to a user's taste by their features: the items that content scores, in rising order. */
interface Tastes {
  readonly items: Int32Array
  readonly values: Float64Array
}

function tastesOf(content: ContentModel, query: BlendQuery, scratch: Scores): Tastes {
  scratch.clear()
  content.score(query, scratch)
  return tastesIn(scratch)
}

function tastesIn(scores: Scores): Tastes {
  const items = scores.items()
  return { items, values: gather(scores.values, items) }
}

/** At most this many items tell the worth of those to the user's taste, and of the others. */
const [TASTED_MAX, OTHERS] = [1000, 100]

/**
 * Returns the mean score of the known items by how much an item is to the user's taste; undefined where no item is to
 * it.
 */
function worthOf(
  { items, values }: Tastes,
  { length }: Float64Array,
  isKnown: (item: number) => boolean,
  scoresOf: (items: Int32Array) => Float64Array,
): ((taste: number) => number) | undefined {
  const places = someOf(items, isKnown, TASTED_MAX)
  if (places.length === 0) return undefined
  const line = leastSquares(gather(values, places), scoresOf(places.map(at => items[at]!)))
  const step = Math.ceil(length / OTHERS)
  const every = Int32Array.from({ length: Math.ceil(length / step) }, (_, at) => at * step)
  const others = every.filter(item => isKnown(item) && placeIn(items, item) < 0)
  const greatest = line(Number.POSITIVE_INFINITY)
  const withoutTaste = others.length > 0 ? Math.min(meanOf(scoresOf(others)), greatest) : line(0)
  return taste => (taste > 0 ? Math.max(withoutTaste, line(taste)) : withoutTaste)
}

/** The places of those items that pass a test: at most this many, evenly. */
function someOf(items: Int32Array, passes: (item: number) => boolean, most: number): Int32Array {
  let count = 0
  for (let at = 0; at < items.length; at++) if (passes(items[at]!)) count++
  const step = Math.max(1, Math.ceil(count / most))
  const places = new Int32Array(Math.ceil(count / step))
  let passed = 0
  for (let at = 0; at < items.length; at++)
    if (passes(items[at]!)) {
      if (passed % step === 0) places[passed / step] = at
      passed++
    }
  return places
}

/**
 * The line y = ȳ + b (x − x̄) through the points, b = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)² or 0 where it would fall. Beyond
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
