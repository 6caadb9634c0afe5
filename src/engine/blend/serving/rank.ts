import { sumOfExps } from '../../math/exps.ts'
import { gather } from '../../math/floats.ts'
import { placeIn } from '../../math/places.ts'
import type { SumsWanted } from '../../math/priors.ts'
import { Scores } from '../../math/scores.ts'
import { bestFirst, byCount, Cursor, Listing, type Ranked, type Wanted } from '../../ranked.ts'
import type { BlendQuery, Model } from '../models/model.ts'

/** A model that is asked for lists. */
export interface ModelRanker {
  /** Scores the items for this question, once; all that the answer says comes from that. */
  ask(query: BlendQuery): ScoredItems
  /**
   * The costly part of `ask`: from the question and the model alone, so another thread may do it. With `total` it has
   * `logTotal`, which takes longer to work out later. The list holds until the next question.
   */
  score(query: BlendQuery, wanted?: SumsWanted): ScoreList
  /** The rest of it, which costs little. @param list the scores of the same question */
  answer(list: ScoreList): ScoredItems
}

/** The items that a model scores for a question, in rising order, and the score of each. */
export interface ScoreList {
  /** Undefined where the scores are those of all items. */
  readonly items?: Int32Array | undefined
  readonly scores: Float64Array
  /** `ScoredItems.logTotal`, where it was worked out already. */
  readonly logTotal?: number | undefined
}

/** The answer to one question. It holds as long as its list does: until the next question, unless that is a copy. */
export interface ScoredItems {
  /** The best of all items; of equal ones the more popular one first, then the lower number. */
  rank(wanted?: Wanted): Ranked
  /** The scores of these items, the same as `rank` returns. */
  scoresOf(items: ArrayLike<number>): Float64Array
  /** By item, its place among items of equal scores. */
  readonly places: Int32Array
  /** log Σ exp(sharpness · score) over all items: exp(sharpness · score − this) are probabilities; 1 unless given. */
  logTotal(sharpness?: number): number
}

/** The items by popularity, the most popular first, and the place that each has there. */
interface Order {
  readonly items: Int32Array
  readonly places: Int32Array
}

/** The order of items by popularity, the most popular first, worked out once for all requests. */
export function orderBy(popularity: Float64Array): Order {
  const items = byCount(popularity)
  const places = new Int32Array(items.length)
  for (const [place, item] of items.entries()) places[item] = place
  return { items, places }
}

/**
 * Ranks by a model whose prior, where it has one, does not contradict the order. A request costs as many steps as the
 * model scores items, in a catalogue of any size. Scored items are merged with the order of the others.
 *
 * @param order of the items without a score of their own for the request
 * @param scores room to score one question in; nothing stays in it, so any number of rankers may share it
 */
export function createRanker(model: Model, order: Order, scores = new Scores(order.items.length)): ModelRanker {
  const prior = scores.priors.hold(model.prior ?? new Float64Array(order.items.length))
  const totals = new Map<number, number>()
  const totalOf = (sharpness: number) => totals.getOrInsertComputed(sharpness, () => sumOfExps(times(sharpness, prior)))
  const score = (query: BlendQuery, wanted?: SumsWanted): ScoreList => {
    scores.clear()
    model.score(query, scores)
    return scores.priors.sums(prior, wanted)
  }
  const answer = (list: ScoreList) => answerOf(list, prior, order, totalOf)
  return { score, answer, ask: query => answer(score(query)) }
}

function answerOf(
  { items, scores, logTotal: known }: ScoreList,
  prior: Float64Array,
  order: Order,
  totalOf: (sharpness: number) => number,
): ScoredItems {
  let total = known
  return {
    places: order.places,
    rank(wanted = {}) {
      const listing = new Listing(wanted)
      const best = bestFirst(items, scores, order.places, Math.min(scores.length, wanted.count ?? scores.length))
      if (items) listAmongAll(listing, new Cursor(best), items, prior, order)
      else listing.offerAll(best)
      return listing.ranked()
    },
    scoresOf(wanted) {
      const found = new Float64Array(wanted.length)
      for (let at = 0; at < found.length; at++) {
        const place = items ? placeIn(items, wanted[at]!) : wanted[at]!
        found[at] = place < 0 ? prior[wanted[at]!]! : scores[place]!
      }
      return found
    },
    logTotal(sharpness = 1) {
      if (total !== undefined && sharpness === 1) return total
      const without = items ? restOf(items, prior, sharpness, totalOf) : 0
      const found = Math.log(without + sumOfExps(times(sharpness, scores)))
      if (sharpness === 1) total = found
      return found
    },
  }
}

/** Lists the scored items, best first, among the others in their order, until there are as many as are wanted. */
function listAmongAll(listing: Listing, best: Cursor, items: Int32Array, prior: Float64Array, order: Order): void {
  let isThere = best.next()
  for (let place = 0; place < order.items.length && listing.room > 0; place++) {
    const item = order.items[place]!
    // No item from here on has more without a score of its own, so that whether this one has need not be known yet.
    const most = prior[item]!
    for (; isThere && listing.room > 0; isThere = best.next()) {
      if (best.score < most || (best.score === most && order.places[best.item]! > place)) break
      listing.offer(best.item, best.score)
    }
    if (placeIn(items, item) < 0) listing.offer(item, most)
  }
  for (; isThere && listing.room > 0; isThere = best.next()) listing.offer(best.item, best.score)
}

/** Σ exp(sharpness · score) of the items that are not listed: of these, or of all without those that are. */
function restOf(
  items: Int32Array,
  prior: Float64Array,
  sharpness: number,
  totalOf: (sharpness: number) => number,
): number {
  const count = prior.length - items.length
  if (count >= items.length) return totalOf(sharpness) - sumOfExps(times(sharpness, gather(prior, items)))
  const others = new Float64Array(count)
  let next = 0
  for (let item = 0, to = 0; to < count; item++) {
    if (items[next] === item) next++
    else others[to++] = prior[item]!
  }
  return sumOfExps(times(sharpness, others))
}

const times = (factor: number, values: Float64Array) => (factor === 1 ? values : values.map(value => factor * value))
