import { meanOf } from '../../engine/math/mean.ts'
import { type Ranked, take } from '../../engine/ranked.ts'
import { isUntried, thompsonSampling } from '../../engine/recipes/thompson.ts'
import type { HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import type { Answer } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import type { ItemFilter } from './filter-items.ts'
import type { PreparedRequest } from './request.ts'
import { seedOf } from './seed.ts'

/** A place in a list; whether it was given to an item to find out about it. */
export interface ListPlace extends Ranked {
  readonly isExplored?: boolean
}

/**
 * Some places go to items with few events (use-case-recipe-features.md): new ones, by their properties. Items often
 * shown in vain are shown less. A user gets the same list until they do something, a new item comes, or the day is
 * over. Events of other users with these items count at once, as everywhere. The first place, often the only one, is
 * the best item's: an experiment there costs the most. An item that suits the user less than the list, by its score and
 * its properties, gets a place less often. This also holds for the only new item. It has its own score.
 * @returns the first `numResults` places at least
 */
export function explore(
  wanted: Iterable<Ranked>,
  answer: Answer,
  { model, query, known }: PreparedRequest,
  filter: ItemFilter,
  { explorationWeight, explorationItemAgeCutOff }: HyperParameterValues,
  numResults: number,
): Iterable<ListPlace> {
  const weight = Number(explorationWeight ?? 0)
  const { exposure } = model
  if (weight === 0 || !answer.scoresOf) return wanted
  const limits = { newest: exposure.newest, ageCutOffDays: Number(explorationItemAgeCutOff) }
  const { userId = '' } = known?.user ?? {}
  const seed = seedOf(userId, query.now, known?.events[0]?.seq)
  const looked = model.untried.items(seed)
  const [found, isNew] = [new Int32Array(looked.length), { created: 0, events: 0 }]
  let count = 0
  for (const item of looked) {
    isNew.created = model.untried.createdAt(item)
    isNew.events = exposure.events[item] ?? 0
    if (isUntried(isNew, limits) && filter.passes(item)) found[count++] = item
  }
  if (count === 0) return wanted
  const items = found.subarray(0, count)
  const scores = answer.scoresOf(items)
  const { list, all } = listOf(wanted, numResults)
  const last = list.findLast(({ score }) => Number.isFinite(score))?.score ?? 0
  const tastes = tastesBeside(list, items, answer)
  /** How well an item suits the user beside the list, with so many times its odds at most. */
  const suited = (item: number, at: number, most: number) => {
    const score = scores[at]!
    if (Number.isNaN(score) || !isDescribed(model, item)) return UNKNOWN
    const odds = Math.min(most, Math.exp(score - last))
    return tastes && !isTrainedOn(model, item) ? odds * Math.min(1, tastes[at]!) ** 2 : odds
  }
  const untried = {
    items,
    relevance: (item: number, at: number) => suited(item, at, Number.POSITIVE_INFINITY),
    suits: (item: number) => suited(item, items.indexOf(item), 1),
    tried(item: number) {
      const impressions = exposure.impressions[item] ?? 0
      return { impressions, clicks: Math.min(impressions, exposure.events[item] ?? 0) }
    },
  }
  const explored = thompsonSampling(all, untried, { weight, seed, keepsFirst: true })
  return take(explored, numResults).map(one =>
    one.isExplored ? { ...one, score: scoreOr(scores[items.indexOf(one.item)]!) } : one,
  )
}

/** How well an item suits anybody if nothing is known of it: every fifth list may find out. */
const UNKNOWN = 0.2

/** Whether there is anything to judge a new item by. */
function isDescribed({ itemIndex, exposure }: LoadedModel, item: number): boolean {
  return isTrainedOn({ itemIndex, exposure }, item) || itemIndex.recordOf(item).fields.some(value => value != null)
}

/** Whether the model has learned from events of an item, so that its score says more than its properties. */
function isTrainedOn({ itemIndex, exposure }: Pick<LoadedModel, 'itemIndex' | 'exposure'>, item: number): boolean {
  return (exposure.events[item] ?? 0) > 0 && item < itemIndex.trained
}

/**
 * How much each of these items is to the user's taste, as a share of what the items of the list are in the mean.
 * Undefined where none of these is: nothing is known of the taste then.
 */
function tastesBeside(list: readonly Ranked[], items: Int32Array, { tastesOf }: Answer) {
  const usual = meanOf(tastesOf?.(Int32Array.from(list, ({ item }) => item)) ?? [])
  return usual > 0 ? tastesOf!(items).map(taste => taste / usual) : undefined
}

const scoreOr = (score: number) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)

/** The list, and the list with all that follows. */
function listOf(wanted: Iterable<Ranked>, numResults: number) {
  const rest = wanted[Symbol.iterator]()
  const list = take(rest, numResults)
  function* all() {
    yield* list
    for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
  }
  return { list, all: all() }
}
