import type { ColdItem } from '../../engine/blend/serving/cold-items.ts'
import { popularityEvidence } from '../../engine/blend/serving/explain.ts'
import type { PersonalAnswer, Personalization } from '../../engine/blend/serving/personalization.ts'
import type { ScorePart } from '../../engine/evidence.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { NOTHING, type Ranked, sorted } from '../../engine/ranked.ts'
import { openItemFeatures } from '../serving/item-features.ts'
import { openNewest } from '../serving/newest-items.ts'
import { openEventCounts } from './event-counts.ts'
import type { Opening } from './family.ts'
import type { CountedEvent, Recount, RequestUser } from './ranker.ts'

/** The blend's answer, and who asked. */
export interface ColdItemsQuery {
  readonly answer: PersonalAnswer
  readonly user: RequestUser | undefined
}

/**
 * The items that a blend does not score by their events: they came after the training, or had no event then. For users
 * without events also those that others have had since: popularity is all that is known.
 */
export interface ColdItems {
  /** Adds an event that was put, with its weight. */
  addEvent(item: number, event: CountedEvent, weight: number): void
  /** Begins to count all events anew. */
  recount(): Recount
  /** The newest of those that came after the training and those with the most events, best first. */
  rank(query: ColdItemsQuery): RankedCold
  /** The features of any item, as its record has them now. */
  featuresOf(item: number): Int32Array
  /** The scores of any items; NaN where nothing is known of one. */
  scoresOf(query: ColdItemsQuery, items: Int32Array): Float64Array
  /** The parts of these scores; none where nothing is known of an item. */
  explain(query: ColdItemsQuery, items: Int32Array): readonly (readonly ScorePart[])[]
}

export interface RankedCold extends Ranked {
  /** The scores that the blend has of those that were there at training. */
  readonly before: Float64Array
}

/** This many of the newest items are looked at, and of those with the most events; a training takes in all. */
const LOOKED_AT_MAX = 500

/** Follows the items that came after a training, and the events since then. */
export function openColdItems(model: Personalization, opening: Opening): ColdItems {
  const { itemIndex, itemReader, itemSchema } = opening
  const featuresOf = openItemFeatures(itemIndex, itemReader)
  const newest = openNewest(itemIndex, itemSchema, LOOKED_AT_MAX)
  const isMet = (item: number) => item < itemIndex.trained && model.isMet(item)
  let events = openEvents(model, isMet, opening)
  const isCold = (item: number) => item >= itemIndex.trained || (!model.isMet(item) && events.cold.of(item) > 0)
  const coldItem = (item: number, user: RequestUser | undefined): ColdItem => {
    const isHad = item < itemIndex.trained ? user?.history.includes(item) : user?.late?.has(item)
    return { features: featuresOf(item), events: events.cold.of(item), isHad }
  }
  const newScoreOf = (answer: PersonalAnswer, item: number, score: number) =>
    answer.byNewEvents!(item, score, events.met.of(item))
  const scoresOf: ColdItems['scoresOf'] = ({ answer, user }, items) => {
    // An item that came after training has no score among the others; it gets one below.
    const scores = answer.scoresOf(items)
    let scoreOf: ReturnType<PersonalAnswer['coldItems']> | undefined
    const withEvents = answer.byNewEvents && events.met.greatest()
    for (let at = 0; at < items.length; at++) {
      const item = items[at]!
      if (withEvents?.has(item)) scores[at] = newScoreOf(answer, item, scores[at]!)
      if (!isCold(item)) continue
      scoreOf ??= answer.coldItems()
      scores[at] = scoreOf(coldItem(item, user))
    }
    return scores
  }
  return {
    addEvent: (item, event, weight) => events.add(item, event, weight),
    recount() {
      const anew = openEvents(model, isMet, opening)
      return {
        add: anew.add,
        done() {
          events = anew
        },
      }
    },
    rank({ answer, user }) {
      const [created, counted] = [newest(), events.cold.list()]
      const isAny = created.length + counted.length > 0
      const cold = isAny ? Int32Array.from(new Set([...created, ...counted])) : NO_ITEMS
      const withEvents = answer.byNewEvents ? events.met.list() : NO_ITEMS
      if (cold.length === 0 && withEvents.length === 0) return NOTHING_COLD
      const scoreOf = cold.length > 0 ? answer.coldItems() : undefined
      const items = new Int32Array(cold.length + withEvents.length)
      items.set(cold)
      items.set(withEvents, cold.length)
      const scores = new Float64Array(items.length)
      scores.set(floatsOf(cold, item => scoreOf!(coldItem(item, user))))
      const before = answer.scoresOf(items.filter(item => item < itemIndex.trained))
      const firstWithEvents = before.length - withEvents.length
      for (let at = 0; at < withEvents.length; at++)
        scores[cold.length + at] = newScoreOf(answer, withEvents[at]!, before[firstWithEvents + at]!)
      return { ...sorted({ items, scores }, (a, b) => itemIndex.compare(a, b)), before }
    },
    featuresOf,
    scoresOf,
    explain(query, items) {
      const { answer, user } = query
      const met = items.filter(item => !isCold(item))
      const known = answer.explain(met)
      const own = answer.scoresOf(met)
      const scores = scoresOf(query, items)
      let next = 0
      return Array.from(items, (item, at) => {
        if (isCold(item))
          return Number.isNaN(scores[at]) ? [] : answer.explainColdItem(coldItem(item, user), scores[at]!)
        const more = scores[at]! - own[next]!
        const sinceTraining = { model: 'popularity', score: more, evidence: popularityEvidence(events.met.of(item)) }
        return [...known[next++]!, ...(more === 0 ? [] : [sinceTraining])]
      })
    },
  }
}

const NO_ITEMS = new Int32Array(0)
const NOTHING_COLD: RankedCold = { ...NOTHING, before: new Float64Array(0) }

/** The events of the items that training met, of those after it, and all events of the others. */
function openEvents(model: Personalization, isMet: (item: number) => boolean, { itemIndex, newest }: Opening) {
  const compare = itemIndex.compare.bind(itemIndex)
  const cold = openEventCounts(LOOKED_AT_MAX, compare)
  const met = openEventCounts(LOOKED_AT_MAX, compare, model.countOf)
  return {
    cold,
    met,
    add(item: number, { timestampMs }: CountedEvent, weight: number) {
      const counted = weight * model.countedAt(timestampMs)
      if (!isMet(item)) cold.add(item, counted)
      else if (timestampMs > newest) met.add(item, counted)
    },
  }
}
