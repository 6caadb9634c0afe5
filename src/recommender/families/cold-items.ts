import type { ColdItem } from '../../engine/blend/serving/cold-items.ts'
import type { PersonalAnswer, Personalization } from '../../engine/blend/serving/personalization.ts'
import type { ScorePart } from '../../engine/evidence.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { NOTHING, type Ranked, sorted } from '../../engine/ranked.ts'
import { openItemFeatures } from '../serving/item-features.ts'
import { openNewest } from '../serving/newest-items.ts'
import type { Opening } from './family.ts'
import type { CountedEvent, Recount, RequestUser } from './ranker.ts'

/** The blend's answer, and who asked. */
export interface AskedOfColdItems {
  readonly answer: PersonalAnswer
  readonly user: RequestUser | undefined
}

/** The items of which a blend has no score by their events: they came after the training, or had no event then. */
export interface ColdItems {
  /** Told of each event that is put, with its weight. */
  noticed(item: number, event: CountedEvent, weight: number): void
  /** Begins to count all events anew. */
  recount(): Recount
  /** The newest of those that came after the training and those with the most events since, best first. */
  rank(asked: AskedOfColdItems): Ranked
  /** The features of any item, as its record has them now. */
  featuresOf(item: number): Int32Array
  /** The scores of any items; NaN where nothing is known of one. */
  scoresOf(asked: AskedOfColdItems, items: Int32Array): Float64Array
  /** The parts of these scores; none where nothing is known of an item. */
  explain(asked: AskedOfColdItems, items: Int32Array): readonly (readonly ScorePart[])[]
}

/** This many of the newest items are looked at, and of those with the most events; a training takes in all. */
const LOOKED_AT_MAX = 500

/** Follows the items that came after a training, and their events. */
export function openColdItems(model: Personalization, { itemIndex, itemReader, itemSchema }: Opening): ColdItems {
  const featuresOf = openItemFeatures(itemIndex, itemReader)
  const newest = openNewest(itemIndex, itemSchema, LOOKED_AT_MAX)
  let counts = openCounts(itemIndex.compare.bind(itemIndex))
  const isMet = (item: number) => item < itemIndex.trained && model.isMet(item)
  const isCold = (item: number) => item >= itemIndex.trained || (!model.isMet(item) && counts.of(item) > 0)
  const coldItem = (item: number, user: RequestUser | undefined): ColdItem => {
    const isHad = item < itemIndex.trained ? user?.history.includes(item) : user?.late?.has(item)
    return { features: featuresOf(item), events: counts.of(item), isHad }
  }
  const scoresOf: ColdItems['scoresOf'] = ({ answer, user }, items) => {
    // An item that came after training has no score among the others; it gets one below.
    const scores = answer.scoresOf(items)
    let scoreOf: ReturnType<PersonalAnswer['coldItems']> | undefined
    for (let at = 0; at < items.length; at++) {
      const item = items[at]!
      if (!isCold(item)) continue
      scoreOf ??= answer.coldItems()
      scores[at] = scoreOf(coldItem(item, user))
    }
    return scores
  }
  return {
    noticed(item, _event, weight) {
      if (!isMet(item)) counts.add(item, weight)
    },
    recount() {
      const anew = openCounts(itemIndex.compare.bind(itemIndex))
      return {
        add(item, _event, weight) {
          if (!isMet(item)) anew.add(item, weight)
        },
        done() {
          counts = anew
        },
      }
    },
    rank({ answer, user }) {
      const items = Int32Array.from(new Set([...newest(), ...counts.greatest]))
      if (items.length === 0) return NOTHING
      const scoreOf = answer.coldItems()
      const scores = floatsOf(items, item => scoreOf(coldItem(item, user)))
      return sorted({ items, scores }, (a, b) => itemIndex.compare(a, b))
    },
    featuresOf,
    scoresOf,
    explain({ answer, user }, items) {
      const known = answer.explain(items.filter(item => !isCold(item)))
      const scores = scoresOf({ answer, user }, items)
      let next = 0
      return Array.from(items, (item, at) => {
        if (!isCold(item)) return known[next++]!
        return Number.isNaN(scores[at]) ? [] : answer.explainColdItem(coldItem(item, user), scores[at]!)
      })
    },
  }
}

/** Counts the events of cold items by their weights, and knows those with the most. */
function openCounts(compareItems: (a: number, b: number) => number) {
  const counts = new Map<number, number>()
  const greatest = new Set<number>()
  const isLess = (a: number, b: number) => counts.get(a)! - counts.get(b)! || compareItems(b, a)
  return {
    greatest: greatest as ReadonlySet<number>,
    of: (item: number) => counts.get(item) ?? 0,
    add(item: number, weight: number) {
      counts.set(item, (counts.get(item) ?? 0) + weight)
      greatest.add(item)
      if (greatest.size > LOOKED_AT_MAX)
        greatest.delete([...greatest].reduce((least, one) => (isLess(one, least) < 0 ? one : least)))
    },
  }
}
