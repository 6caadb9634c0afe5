import { meanOf } from '../../engine/math/mean.ts'
import type { Ranked } from '../../engine/ranked.ts'
import { isUntried, thompsonSampling } from '../../engine/recipes/thompson.ts'
import type { HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import type { Answer } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import type { ItemFilter } from './filter-items.ts'
import type { PreparedRequest } from './request.ts'
import { seedOf } from './seed.ts'

interface Exploring {
  readonly answer: Answer
  readonly filter: ItemFilter
  readonly settings: HyperParameterValues
  readonly numResults: number
}

/**
 * Some places go to items with few events (use-case-recipe-features.md): new ones, by their properties. Items often
 * shown in vain are shown less. A user gets the same list until they do something, a new item comes, or the day is
 * over. Events of other users with these items count at once, as everywhere. The first place, often the only one, is
 * the best item's: an experiment there costs the most. An item that suits the user less than the list, by its score and
 * its properties, gets a place less often. This also holds for the only new item. It has its own score.
 * @returns the first `numResults` places, fewer where there are no more items
 */
export function explore(
  list: Ranked,
  { model, query, known }: PreparedRequest,
  { answer, filter, settings, numResults }: Exploring,
): Ranked {
  const { explorationWeight, explorationItemAgeCutOff } = settings
  const weight = Number(explorationWeight ?? 0)
  if (weight === 0 || !answer.scoresOf) return list
  const { userId = '' } = known?.user ?? {}
  const seed = seedOf(userId, query.now, known?.newest)
  const items = untriedItems(model, seed, Number(explorationItemAgeCutOff), filter)
  if (items.length === 0) return list
  const scores = answer.scoresOf(items)
  const { odds, shares } = suitedTo(list, items, scores, answer, model)
  const { exposure } = model
  const impressions = (item: number) => exposure.impressions[item] ?? 0
  const untried = {
    items,
    impressions,
    clicks: (item: number) => Math.min(impressions(item), exposure.events[item] ?? 0),
    relevance: shares ? odds.map((odds, at) => odds * shares[at]!) : odds,
    suits: (at: number) => Math.min(1, odds[at]!) * (shares ? shares[at]! : 1),
    scoreOf: (at: number) => (Number.isNaN(scores[at]) ? Number.NEGATIVE_INFINITY : scores[at]!),
  }
  return thompsonSampling(list, untried, { weight, seed, keepsFirst: true, count: numResults })
}

/** The items that are to be explored at this moment, of those that a request looks at. */
function untriedItems(
  { untried, exposure }: LoadedModel,
  seed: number,
  ageCutOffDays: number,
  filter: ItemFilter,
): Int32Array {
  const looked = untried.items(seed)
  const limits = { newest: exposure.newest, ageCutOffDays }
  const [found, isNew] = [new Int32Array(looked.length), { created: 0, events: 0 }]
  let count = 0
  for (let at = 0; at < looked.length; at++) {
    const item = looked[at]!
    isNew.created = untried.createdAt(item)
    isNew.events = exposure.events[item] ?? 0
    if (isUntried(isNew, limits) && filter.passes(item)) found[count++] = item
  }
  return found.subarray(0, count)
}

/**
 * How well each item suits the user beside the list: its odds, times a share of 1 by its properties. All shares are 1
 * where they are left out. Tastes are read where an item without events asks for them.
 */
function suitedTo(
  list: Ranked,
  items: Int32Array,
  scores: Float64Array,
  answer: Answer,
  model: LoadedModel,
): { readonly odds: Float64Array; readonly shares: Float64Array | undefined } {
  const last = list.scores.findLast(Number.isFinite) ?? 0
  const odds = new Float64Array(items.length)
  let shares: Float64Array | undefined
  let tastes: { readonly beside: Float64Array | undefined } | undefined
  // Numbers that a function or a list returns for each of 500 items would be objects on the heap.
  for (let at = 0; at < odds.length; at++) {
    const item = items[at]!
    const score = scores[at]!
    const isKnown = !Number.isNaN(score) && (isTrainedOn(model, item) || isDescribed(model, item))
    odds[at] = isKnown ? Math.exp(score - last) : UNKNOWN
    if (!isKnown || isTrainedOn(model, item)) continue
    tastes ??= { beside: tastesBeside(list, items, answer) }
    if (!tastes.beside) continue
    shares ??= new Float64Array(items.length).fill(1)
    shares[at] = Math.min(1, tastes.beside[at]!) ** 2
  }
  return { odds, shares }
}

/** How well an item suits anybody if nothing is known of it: every fifth list may find out. */
const UNKNOWN = 0.2

/** Whether there is anything to judge an item by that has no event. */
function isDescribed({ itemIndex }: LoadedModel, item: number): boolean {
  return itemIndex.recordOf(item).fields.some(value => value != null)
}

/** Whether the model has learned from events of an item, so that its score says more than its properties. */
function isTrainedOn({ itemIndex, exposure }: LoadedModel, item: number): boolean {
  return (exposure.events[item] ?? 0) > 0 && item < itemIndex.trained
}

/**
 * How much each of these items is to the user's taste, as a share of what the items of the list are in the mean.
 * Undefined where none of these is: nothing is known of the taste then.
 */
function tastesBeside(list: Ranked, items: Int32Array, { tastesOf }: Answer) {
  const usual = meanOf(tastesOf?.(list.items) ?? [])
  return usual > 0 ? tastesOf!(items).map(taste => taste / usual) : undefined
}
