import { valueFields } from '../../datasets/schema.ts'
import { explore as exploreAmong, isUntried } from '../../engine/recipes/thompson.ts'
import type { Values } from '../../recipes/check-hyper-parameters.ts'
import type { Ranked } from '../families/ranker.ts'
import type { Shelf } from '../serving/item-index.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import type { Exposure } from '../training/exposure.ts'
import type { ItemFilter } from './filter-items.ts'
import type { Setting } from './recommend.ts'
import { seedOf } from './seed.ts'

/** A place in a list; whether it was given to an item to find out about it. */
export interface Explored extends Ranked {
  readonly isExplored?: boolean
}

/**
 * Gives some places to items of which little is known (use-case-recipe-features.md): new ones, by what they are like,
 * the more often shown in vain the seldomer. The same user is shown the same until they do something, a new item comes,
 * or the day is over; what others do with these items counts at once, as everywhere. The first place, often the only
 * one, is the best item's: what is tried there instead costs the most.
 */
export function explore(
  wanted: Iterable<Ranked>,
  { model, query, known }: Setting,
  filter: ItemFilter,
  { explorationWeight, explorationItemAgeCutOff }: Values,
): Iterable<Explored> {
  const weight = Number(explorationWeight ?? 0)
  const { exposure, shelf, ranker } = model
  if (weight === 0 || !ranker.scoresOf) return wanted
  const limits = { newest: exposure.newest, ageCutOffDays: Number(explorationItemAgeCutOff) }
  const { userId = '' } = known?.person ?? {}
  const seed = seedOf(userId, query.now, known?.events[0]?.seq, shelf.size)
  const items = model.untried
    .items(seed)
    .filter(item => isUntried({ created: model.untried.createdAt(item), events: exposure.events[item] ?? 0 }, limits))
    .filter(item => filter.passes(item))
  const scores = ranker.scoresOf(query, Int32Array.from(items))
  const best = scores.reduce((most, score) => (score > most ? score : most), Number.NEGATIVE_INFINITY)
  const relevance = new Map(
    items.map((item, i) => [item, Number.isNaN(scores[i]!) ? 0.5 : Math.exp(scores[i]! - best)]),
  )
  const untried = {
    items,
    relevance: (item: number) => relevance.get(item)!,
    tried(item: number) {
      const impressions = exposure.impressions[item] ?? 0
      return { impressions, clicks: Math.min(impressions, exposure.events[item] ?? 0) }
    },
  }
  return exploreAmong(wanted, untried, { weight, seed, keepsFirst: true })
}

/** The items of a shelf with few events for it, which exploration chooses from. */
export interface UntriedItems {
  /** Where they are many, the newest and others that the seed chooses. */
  items(seed: number): readonly number[]
  /** When an item came, in milliseconds since 1970: by CREATION_TIMESTAMP, else when it was first met, else just now. */
  createdAt(item: number): number
}

/** So many are looked at for a request, these of them the newest. */
const LOOKED_AT_MAX = 500
const NEWEST_MAX = 100
/** An item with a quarter of the events that items have in the mean, and with fewer than 200, is little known. */
const FEW_SHARE = 0.25
const FEW_MAX = 200

export function openUntried(shelf: Shelf, exposure: Exposure, schema: LoadedModel['schema']): UntriedItems {
  const place = valueFields(schema).findIndex(({ name }) => name === 'CREATION_TIMESTAMP')
  const total = exposure.events.reduce((sum, count) => sum + count, 0)
  const met = exposure.events.reduce((count, events) => count + (events > 0 ? 1 : 0), 0)
  const few = Math.min(FEW_MAX, Math.max(1, (FEW_SHARE * total) / Math.max(1, met)))
  const isFew = (item: number) => (exposure.events[item] ?? 0) < few
  const untried = new Set<number>()
  for (let item = 0; item < shelf.size; item++) if (isFew(item)) untried.add(item)
  let list = [...untried]
  shelf.follow(item => {
    if (!isFew(item) || untried.has(item)) return
    untried.add(item)
    list.push(item)
  })
  return {
    items(seed) {
      if (list.length <= LOOKED_AT_MAX) {
        list = list.filter(isFew)
        return list
      }
      const older = list.length - NEWEST_MAX
      const first = seed % older
      const chosen = Array.from({ length: LOOKED_AT_MAX - NEWEST_MAX }, (_, n) => list[(first + n) % older]!)
      return [...chosen, ...list.slice(older)].filter(isFew)
    },
    createdAt(item) {
      const created = shelf.candidate(item).fields[place]
      if (created != null) return Number(created) * 1000
      const first = exposure.first[item] ?? Number.POSITIVE_INFINITY
      return Number.isFinite(first) ? first : exposure.newest
    },
  }
}
