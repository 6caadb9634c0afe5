import { Scores } from './math/scores.ts'
import type { Asked, Model } from './models/model.ts'
import { bestFirst, byCount, floatsOf, type Ranked } from './models/ranked.ts'

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
  const ask = (asked: Asked) => {
    if (answered.get(scores)?.asked === asked && answered.get(scores)?.model === model) return
    scores.clear()
    model.score(asked, scores)
    answered.set(scores, { asked, model })
  }
  const scoreOf = (item: number) => prior[item]! + scores.values[item]!
  let priorTerms: Float64Array | undefined
  let priorTotal = 0
  return {
    *rank(asked) {
      ask(asked)
      const scored = bestFirst(scores.items, scoreOf, order.places)
      let best = scored.next()
      for (const item of order.items) {
        ask(asked)
        if (scores.has(item)) continue
        const score = prior[item]!
        for (; !best.done; best = scored.next()) {
          const { value } = best
          if (value.score < score || (value.score === score && order.places[value.item]! > order.places[item]!)) break
          yield value
        }
        yield { item, score }
      }
      for (; !best.done; best = scored.next()) yield best.value
    },
    scoresOf(asked, items) {
      ask(asked)
      return floatsOf(items, scoreOf)
    },
    logTotal(asked) {
      ask(asked)
      if (!priorTerms) {
        priorTerms = prior.map(Math.exp)
        priorTotal = priorTerms.reduce((sum, term) => sum + term, 0)
      }
      let total = priorTotal
      for (const item of scores.items) total += Math.exp(scoreOf(item)) - priorTerms[item]!
      return Math.log(total)
    },
  }
}

/** What room for scores holds at the moment. */
const answered = new WeakMap<Scores, { asked: Asked; model: Model }>()

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
