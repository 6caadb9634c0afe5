import { Scores } from './math/scores.ts'
import type { Asked, Model } from './models/model.ts'
import { byCount, type Ranked } from './models/ranked.ts'

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
  let priorTotal: number | undefined
  return {
    *rank(asked) {
      ask(asked)
      const heap = heapOf(scores.items, scoreOf, order.places)
      for (const item of order.items) {
        ask(asked)
        if (scores.has(item)) continue
        const score = prior[item]!
        for (let best = heap.best(); best; best = heap.best()) {
          if (best.score < score || (best.score === score && order.places[best.item]! > order.places[item]!)) break
          heap.drop()
          yield best
        }
        yield { item, score }
      }
      for (let best = heap.best(); best; best = heap.best()) {
        heap.drop()
        yield best
      }
    },
    scoresOf(asked, items) {
      ask(asked)
      return Float64Array.from(items, scoreOf)
    },
    logTotal(asked) {
      ask(asked)
      priorTotal ??= prior.reduce((sum, score) => sum + Math.exp(score), 0)
      let total = priorTotal
      for (const item of scores.items) total += Math.exp(scoreOf(item)) - Math.exp(prior[item]!)
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

/** A binary heap of items with the best on top. */
function heapOf(touched: Int32Array, scoreOf: (item: number) => number, places: Int32Array) {
  const items = touched.slice()
  const scores = Float64Array.from(items, scoreOf)
  let size = items.length
  const better = (a: number, b: number) =>
    scores[a]! > scores[b]! || (scores[a] === scores[b] && places[items[a]!]! < places[items[b]!]!)
  const swap = (a: number, b: number) => {
    const [item, score] = [items[a]!, scores[a]!]
    items[a] = items[b]!
    scores[a] = scores[b]!
    items[b] = item
    scores[b] = score
  }
  const sink = (at: number) => {
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && better(child + 1, child)) child++
      if (!better(child, at)) return
      swap(at, child)
      at = child
    }
  }
  for (let at = size >> 1; at >= 0; at--) sink(at)
  return {
    best: (): Ranked | undefined => (size === 0 ? undefined : { item: items[0]!, score: scores[0]! }),
    drop() {
      swap(0, --size)
      sink(0)
    },
  }
}
