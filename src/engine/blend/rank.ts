import { floatsOf, gather } from '../math/floats.ts'
import { Scores } from '../math/scores.ts'
import { bestFirst, byCount, type Ranked } from '../ranked.ts'
import type { Asked, Model } from './models/model.ts'

/** A model asked for lists. The same question asked again, the same object, costs nothing. */
export interface Ranker {
  /**
   * All items, the best first, found as they are asked for; of equal ones the more popular one first, then the lower
   * number. Which items are wanted is for the caller to say, who stops when there are enough.
   */
  rank(asked: Asked): Generator<Ranked, void, undefined>
  /** The scores of these items, as `rank` gives them. */
  scoresOf(asked: Asked, items: ArrayLike<number>): Float64Array
  /** log Σ exp(score) over all items: exp(score − this) are probabilities. */
  logTotal(asked: Asked): number
}

/** The items by popularity, the most popular first, and the place that each has there. */
export interface Order {
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
 * Ranks by a model whose prior, where it has one, does not contradict the order. A request costs what the model scores,
 * however many items there are: those are put into a heap, and merged with the order of the others.
 *
 * @param order of the items that a request gives no score of their own
 * @param scores room for the scores of one request, shared among rankers that are not used at once
 */
export function createRanker(model: Model, order: Order, scores = new Scores(order.items.length)): Ranker {
  const prior = model.prior ?? new Float64Array(order.items.length)
  const ask = (asked: Asked): Answered => {
    const last = answered.get(scores)
    if (last?.asked === asked && last.model === model) return last
    scores.clear()
    model.score(asked, scores)
    const items = scores.items.slice()
    const priors = gather(prior, items)
    const added = gather(scores.values, items)
    const answer = { asked, model, items, priors, scores: floatsOf(priors, (score, at) => score + added[at]!) }
    answered.set(scores, answer)
    return answer
  }
  const scoreOf = (item: number) => prior[item]! + scores.values[item]!
  let priorTotal: number | undefined
  return {
    *rank(asked) {
      const { items, scores: ofItems } = ask(asked)
      const scored = bestFirst(items, ofItems, order.places)
      let best = scored.next()
      for (let at = 0; at < order.items.length; at++) {
        const item = order.items[at]!
        if (scores.has(item)) continue
        const score = prior[item]!
        for (; !best.done; best = scored.next()) {
          const { value } = best
          if (value.score < score || (value.score === score && order.places[value.item]! > order.places[item]!)) break
          yield value
        }
        yield { item, score }
        // Meanwhile the room may have been another question's.
        ask(asked)
      }
      for (; !best.done; best = scored.next()) yield best.value
    },
    scoresOf(asked, items) {
      ask(asked)
      return floatsOf(items, scoreOf)
    },
    logTotal(asked) {
      const { priors, scores: ofItems } = ask(asked)
      priorTotal ??= prior.reduce((sum, score) => sum + Math.exp(score), 0)
      let total = priorTotal
      for (let at = 0; at < ofItems.length; at++) total += Math.exp(ofItems[at]!) - Math.exp(priors[at]!)
      return Math.log(total)
    },
  }
}

/**
 * The items that a model scored, and what they have without it and with it: looked up once, for each lies elsewhere.
 */
interface Answered {
  readonly asked: Asked
  readonly model: Model
  readonly items: Int32Array
  readonly priors: Float64Array
  readonly scores: Float64Array
}

/** What room for scores holds at the moment. */
const answered = new WeakMap<Scores, Answered>()

/** The first `count` of a ranking, without those that are left out. */
export function firstOf(ranking: Iterable<Ranked>, count: number, left: ReadonlySet<number> = NONE): Int32Array {
  const list: number[] = []
  if (count > 0)
    for (const { item } of ranking) {
      if (left.has(item)) continue
      if (list.push(item) === count) break
    }
  return Int32Array.from(list)
}

const NONE: ReadonlySet<number> = new Set()
