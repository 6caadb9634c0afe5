import { floatsOf } from './math/floats.ts'

/** An item and its score; the scores of one answer compare with one another. */
export interface Ranked {
  readonly item: number
  readonly score: number
}

/** Best first, each one found when it is asked for: a filter takes as many as it needs, and stops. */
export type Ranking = Generator<Ranked, void, undefined>

/** How many of the best are looked for first, and how many times as many after each time that they do not suffice. */
const FIRST = 64
const MORE = 8

/**
 * Yields items by falling score, of equal ones the one with the lower place first. Without places an item's number is
 * its place. It looks for the best 64, and for eight times as many where more are asked for, and so on: each time costs
 * two looks at all n, and log n for each of those found. Items and scores must stay as they are meanwhile.
 *
 * @param given the scores, which are finite
 */
export function* bestFirst(items: ArrayLike<number>, given: ArrayLike<number>, places?: Int32Array): Ranking {
  // Loops that see arrays of one kind alone take half as long.
  const scores = given instanceof Float64Array ? given : Float64Array.from(given)
  let above = Number.POSITIVE_INFINITY
  for (let count = FIRST; above > Number.NEGATIVE_INFINITY; count *= MORE) {
    const least = leastOfBest(scores, count, above)
    const heap = new Heap(...between(items, scores, least, above), places)
    for (let best = heap.take(); best; best = heap.take()) yield best
    above = least
  }
}

/**
 * A score that at least `count` of those below `above` are not below; −∞ where they are few. It is one of the greatest
 * in groups of scores.
 */
function leastOfBest(scores: Float64Array, count: number, above: number): number {
  const groups = 4 * count
  if (scores.length <= 2 * groups) return Number.NEGATIVE_INFINITY
  const greatest = new Float64Array(groups).fill(Number.NEGATIVE_INFINITY)
  const size = Math.ceil(scores.length / groups)
  for (let group = 0, at = 0; group < groups; group++) {
    let most = Number.NEGATIVE_INFINITY
    for (const end = Math.min(at + size, scores.length); at < end; at++)
      if (scores[at]! > most && scores[at]! < above) most = scores[at]!
    greatest[group] = most
  }
  return greatest.sort()[groups - count]!
}

/** The items with a score below `above` that is not below `least`, with their scores. */
function between(
  items: ArrayLike<number>,
  scores: Float64Array,
  least: number,
  above: number,
): [items: Int32Array, scores: Float64Array] {
  const places: number[] = []
  for (let at = 0; at < scores.length; at++) if (scores[at]! >= least && scores[at]! < above) places.push(at)
  const found = new Int32Array(places.length)
  for (const [at, place] of places.entries()) found[at] = items[place]!
  return [found, floatsOf(places, place => scores[place]!)]
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
export function take(answer: Iterator<Ranked>, count: number): Ranked[] {
  const taken: Ranked[] = []
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
  return Int32Array.from(counts, (_, item) => item).sort((a, b) => counts[b]! - counts[a]! || a - b)
}

/** 400 MB. */
const ENTRIES_MAX = 50_000_000

/** How many neighbours each item keeps, so that all of them fit in memory. */
export function neighboursKept(wanted: number, items: number): number {
  return Math.min(wanted, Math.max(50, Math.floor(ENTRIES_MAX / items)))
}
