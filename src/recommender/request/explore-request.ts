import { explore as exploreAmong, isUntried } from '../../engine/recipes/thompson.ts'
import type { HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import type { Answer, Ranked } from '../families/ranker.ts'
import type { Setting } from './asked.ts'
import type { ItemFilter } from './filter-items.ts'
import { seedOf } from './seed.ts'

/** A place in a list; whether it was given to an item to find out about it. */
export interface Explored extends Ranked {
  readonly isExplored?: boolean
}

/**
 * Some places go to items with few events (use-case-recipe-features.md): new ones, by their properties. Items often
 * shown in vain are shown less. A user gets the same list until they do something, a new item comes, or the day is
 * over. Events of other users with these items count at once, as everywhere. The first place, often the only one, is
 * the best item's: an experiment there costs the most.
 */
export function explore(
  wanted: Iterable<Ranked>,
  answer: Answer,
  { model, query, known }: Setting,
  filter: ItemFilter,
  { explorationWeight, explorationItemAgeCutOff }: HyperParameterValues,
): Iterable<Explored> {
  const weight = Number(explorationWeight ?? 0)
  const { exposure, shelf } = model
  if (weight === 0 || !answer.scoresOf) return wanted
  const limits = { newest: exposure.newest, ageCutOffDays: Number(explorationItemAgeCutOff) }
  const { userId = '' } = known?.person ?? {}
  const seed = seedOf(userId, query.now, known?.events[0]?.seq, shelf.size)
  const items = model.untried
    .items(seed)
    .filter(item => isUntried({ created: model.untried.createdAt(item), events: exposure.events[item] ?? 0 }, limits))
    .filter(item => filter.passes(item))
  const scores = answer.scoresOf(Int32Array.from(items))
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
