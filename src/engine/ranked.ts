import { nthGreatest } from './math/greatest.ts'
import { scratch } from './math/scratch.ts'

/** An item and its score; the scores of one answer compare with one another. */
export interface Ranked {
  readonly item: number
  readonly score: number
}

/** Best first, each one found when it is asked for: a filter takes as many as it needs, and stops. */
export type Ranking = Generator<Ranked, void, undefined>

/** Scores are put into so many times as many groups as there are items wanted, or into pairs. */
const GROUPS = 4

/** How many of the best are looked for first at least, and how many times as many when they do not suffice. */
const FIRST = 64
const MORE = 8

/**
 * Yields items by falling score, of equal ones the one with the lower place first. Without places an item's number is
 * its place. It looks for the best 64, and for eight times as many where more are asked for, and so on: each time costs
 * two looks at all n, and log n for each of those found. Items and scores must stay as they are meanwhile.
 *
 * @param items undefined where the scores are those of the items from 0 on
 * @param given the scores, which are finite
 * @param first so many of the best are looked for first, if they are more
 */
export function* bestFirst(
  items: ArrayLike<number> | undefined,
  given: ArrayLike<number>,
  places?: Int32Array,
  first = FIRST,
): Ranking {
  const scores = given instanceof Float64Array ? given : Float64Array.from(given)
  let above = Number.POSITIVE_INFINITY
  for (let count = Math.max(FIRST, first); above > Number.NEGATIVE_INFINITY; count *= MORE) {
    const { best, least } = bestOf(items, scores, count, above)
    const heap = new Heap(best.items, best.scores, places)
    for (let best = heap.take(); best; best = heap.take()) yield best
    above = least
  }
}

/**
 * At least `count` of the best below `above`, and a score that no other one of these has; −∞ where they are all. It is
 * one of the greatest in groups of scores.
 */
function bestOf(items: ArrayLike<number> | undefined, scores: Float64Array, count: number, above: number) {
  const { length } = scores
  const size = 2 * Math.max(1, Math.ceil(length / GROUPS / count / 2))
  const groups = Math.ceil(length / size)
  const end = 16 * Math.ceil(length / 2)
  const kernel = scratch(end + 8 * Math.max(groups, length))
  const { buffer } = kernel.memory
  const all = new Float64Array(buffer, 0, end / 8)
  all.set(scores)
  if (length < all.length) all[length] = Number.NEGATIVE_INFINITY
  let least = Number.NEGATIVE_INFINITY
  if (groups > count) {
    const found = kernel.greatestOfGroups(0, end, size, above, end)
    least = nthGreatest(new Float64Array(buffer, end, found), found, count)
  }
  const places = new Int32Array(buffer, end, kernel.listBetween(0, length, least, above, end))
  const best = { items: new Int32Array(places.length), scores: new Float64Array(places.length) }
  for (let at = 0; at < places.length; at++) {
    best.items[at] = items ? items[places[at]!]! : places[at]!
    best.scores[at] = scores[places[at]!]!
  }
  return { best, least }
}

/**
 * The items to come, in a heap whose best is at place 0. It moves items together with their scores. With the functions
 * of math/heap.ts, which compare by a callback, the first 25 of 2,000 items take 40 µs rather than 17.
 */
class Heap {
  readonly #items: Int32Array
  readonly #scores: Float64Array
  readonly #places: Int32Array | undefined
  #size: number

  constructor(items: Int32Array, scores: Float64Array, places: Int32Array | undefined) {
    this.#items = items
    this.#scores = scores
    this.#places = places
    this.#size = items.length
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at, items[at]!, scores[at]!)
  }

  /** Takes the best out. */
  take(): Ranked | undefined {
    if (this.#size === 0) return undefined
    const best = { item: this.#items[0]!, score: this.#scores[0]! }
    const last = --this.#size
    this.#sink(0, this.#items[last]!, this.#scores[last]!)
    return best
  }

  /** Puts an item where it belongs below a place that is free: each better child moves up, until none is. */
  #sink(at: number, item: number, score: number): void {
    const [items, scores, size] = [this.#items, this.#scores, this.#size]
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      const other = child + 1
      if (other < size && this.#isBetter(items[other]!, scores[other]!, items[child]!, scores[child]!)) child = other
      if (!this.#isBetter(items[child]!, scores[child]!, item, score)) break
      items[at] = items[child]!
      scores[at] = scores[child]!
      at = child
    }
    items[at] = item
    scores[at] = score
  }

  #isBetter(item: number, score: number, than: number, thanScore: number): boolean {
    if (score !== thanScore) return score > thanScore
    return this.#places ? this.#places[item]! < this.#places[than]! : item < than
  }
}

/**
 * The found items first, best first and as long as the score is above 0. Then the rest in the order given, with score
 * 0. Nothing twice, nothing excluded.
 */
export function* thenRest(found: Iterable<Ranked>, rest: Iterable<number>, excluded?: number): Ranking {
  const given = new Set<number>()
  if (excluded !== undefined) given.add(excluded)
  for (const ranked of found) {
    if (ranked.score <= 0) break
    if (given.has(ranked.item)) continue
    given.add(ranked.item)
    yield ranked
  }
  for (const item of rest) if (!given.has(item)) yield { item, score: 0 }
}

/** The next `count`, or as many as are left; the answer can be gone on with. */
export function take<Found extends Ranked>(answer: Iterator<Found>, count: number): Found[] {
  const taken: Found[] = []
  while (taken.length < count) {
    const { value, done } = answer.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

/** The numbers of the next `count` without those that are left out; the ranking can be gone on with. */
export function firstOf(ranking: Iterable<Ranked>, count: number, left: ReadonlySet<number> = NONE): Int32Array {
  const rest = ranking[Symbol.iterator]()
  const list: number[] = []
  while (list.length < count) {
    const { value, done } = rest.next()
    if (done) break
    if (!left.has(value.item)) list.push(value.item)
  }
  return Int32Array.from(list)
}

const NONE: ReadonlySet<number> = new Set()

/** All numbers below the length, those with the greatest counts first, of equal ones the lower first. */
export function byCount(counts: ArrayLike<number>): Int32Array {
  const items = new Int32Array(counts.length)
  let isSorted = true
  for (let item = 0; item < items.length; item++) {
    items[item] = item
    isSorted &&= item === 0 || counts[item]! <= counts[item - 1]!
  }
  // As the items of a model are: to sort five million of them takes seconds.
  return isSorted ? items : items.sort((a, b) => counts[b]! - counts[a]! || a - b)
}

/** 400 MB. */
const ENTRIES_MAX = 50_000_000

/** How many neighbours each item keeps, so that all of them fit in memory. */
export function neighboursKept(wanted: number, items: number): number {
  return Math.min(wanted, Math.max(50, Math.floor(ENTRIES_MAX / items)))
}
