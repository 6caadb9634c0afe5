import { scratch } from './math/scratch.ts'
import { sortInScratch } from './math/sort-by-score.ts'

/** Items, best first, and the score of each; the scores of one answer compare with one another. */
export interface Ranked {
  readonly items: Int32Array
  readonly scores: Float64Array
  /** A 1 for each that is there to find out about it; left out where none is. */
  readonly explored?: Uint8Array | undefined
}

export const NOTHING: Ranked = { items: new Int32Array(0), scores: new Float64Array(0) }

/** The part of an answer that is wanted: all of it, unless told otherwise. */
export interface Wanted {
  /** This many items at most. */
  readonly count?: number
  /** Whether an item is among those that are wanted. */
  readonly passes?: (item: number) => boolean
}

/** All items but these. */
export const except =
  (left: ReadonlySet<number>): NonNullable<Wanted['passes']> =>
  item =>
    !left.has(item)

/** A list has room for this many items at first, as many as a request may ask for. */
const ROOM = 500

/** A list while it is filled, best first, with what is wanted of it. */
export class Listing {
  readonly #count: number
  readonly #passes: Wanted['passes']
  #items: Int32Array
  #scores: Float64Array
  #explored: Uint8Array | undefined
  #length = 0

  constructor({ count = Number.POSITIVE_INFINITY, passes }: Wanted = {}) {
    this.#count = count
    this.#passes = passes
    const room = Math.min(count, ROOM)
    this.#items = new Int32Array(room)
    this.#scores = new Float64Array(room)
  }

  /** How many items it may yet take. */
  get room(): number {
    return this.#count - this.#length
  }

  /** Adds an item at its end, if it is wanted and there is room. */
  offer(item: number, score: number, isExplored = false): void {
    if (this.#length >= this.#count || this.#passes?.(item) === false) return
    if (this.#length === this.#items.length) this.#grow()
    this.#items[this.#length] = item
    this.#scores[this.#length] = score
    if (isExplored) {
      this.#explored ??= new Uint8Array(this.#items.length)
      this.#explored[this.#length] = 1
    }
    this.#length++
  }

  /** Offers the items of lists that follow one another, until there is no room. */
  offerAll(lists: Iterable<Ranked>): void {
    for (const { items, scores, explored } of lists) {
      for (let at = 0; at < items.length; at++) this.offer(items[at]!, scores[at]!, explored?.[at] === 1)
      if (this.room <= 0) return
    }
  }

  ranked(): Ranked {
    const [items, scores] = [this.#items.subarray(0, this.#length), this.#scores.subarray(0, this.#length)]
    return { items, scores, explored: this.#explored?.subarray(0, this.#length) }
  }

  #grow(): void {
    const [items, scores, explored] = [this.#items, this.#scores, this.#explored]
    this.#items = new Int32Array(2 * items.length)
    this.#items.set(items)
    this.#scores = new Float64Array(2 * items.length)
    this.#scores.set(scores)
    if (!explored) return
    this.#explored = new Uint8Array(2 * items.length)
    this.#explored.set(explored)
  }
}

/** The items at these places of a list, in their order. */
export function picked({ items, scores, explored }: Ranked, places: ArrayLike<number>): Ranked {
  const { length } = places
  const found = {
    items: new Int32Array(length),
    scores: new Float64Array(length),
    explored: explored && new Uint8Array(length),
  }
  for (let n = 0; n < length; n++) {
    const place = places[n]!
    found.items[n] = items[place]!
    found.scores[n] = scores[place]!
    if (explored) found.explored![n] = explored[place]!
  }
  return found
}

/** Those of some items that have a score, best first; of equal ones in an order of their own, or as they are given. */
export function sorted(
  some: Pick<Ranked, 'items' | 'scores'>,
  compareEqual: (item: number, other: number) => number = () => 0,
): Ranked {
  const { items, scores } = some
  const places: number[] = []
  for (let place = 0; place < items.length; place++) if (!Number.isNaN(scores[place])) places.push(place)
  // A difference of scores would be an object on the heap, for each comparison.
  places.sort((a, b) =>
    scores[a] === scores[b] ? compareEqual(items[a]!, items[b]!) : scores[a]! > scores[b]! ? -1 : 1,
  )
  return picked(some, places)
}

/** The items of lists that follow one another, one after the other. */
export class Cursor {
  readonly #lists: Iterator<Ranked>
  #list = NOTHING
  #at = -1

  constructor(lists: Iterable<Ranked>) {
    this.#lists = lists[Symbol.iterator]()
  }

  /** Goes on to the next item. Returns whether there is one. */
  next(): boolean {
    this.#at++
    while (this.#at >= this.#list.items.length) {
      const { value, done } = this.#lists.next()
      if (done) return false
      this.#list = value
      this.#at = 0
    }
    return true
  }

  get item(): number {
    return this.#list.items[this.#at]!
  }

  get score(): number {
    return this.#list.scores[this.#at]!
  }
}

/** Scores are put into this many times as many groups as there are items wanted. */
const GROUPS = 2

/** How many of the best are looked for first at least, and how many times as many when they do not suffice. */
const FIRST = 64
const MORE = 8

/**
 * Yields all items by falling score, in lists that follow one another. Of items with equal scores the one with the
 * lower place is first. Without places an item's number is its place. It looks for the best 64, and for eight times as
 * many where more are asked for, and so on: each time costs two looks at all scores. Items and scores must stay as they
 * are meanwhile.
 *
 * @param items undefined where the scores are those of the items from 0 on
 * @param given the scores, which are finite
 * @param first this many of the best are looked for first, if they are more
 */
export function* bestFirst(
  items: ArrayLike<number> | undefined,
  given: ArrayLike<number>,
  places?: ArrayLike<number>,
  first = FIRST,
): Generator<Ranked, void, undefined> {
  const scores = given instanceof Float64Array ? given : Float64Array.from(given)
  let above = Number.POSITIVE_INFINITY
  for (let count = Math.max(FIRST, first); above > Number.NEGATIVE_INFINITY; count *= MORE) {
    const { best, least } = bestOf(items, scores, places, count, above)
    yield best
    above = least
  }
}

/**
 * At least `count` of the best below `above`, in order, and a score that no other one of these has; −∞ where they are
 * all. It is one of the greatest in groups of scores.
 */
function bestOf(
  items: ArrayLike<number> | undefined,
  scores: Float64Array,
  places: ArrayLike<number> | undefined,
  count: number,
  above: number,
) {
  const { length } = scores
  const groups = 2 * Math.ceil((GROUPS * count) / 2)
  const isAll = length <= groups
  const padded = isAll ? 2 * Math.ceil(length / 2) : groups * Math.ceil(length / groups)
  const list = 8 * padded
  const numbers = list + 8 * Math.ceil((length + 1) / 2)
  const kernel = scratch(numbers + 8 * (length + 1))
  const all = new Float64Array(kernel.memory.buffer, 0, padded)
  all.set(scores)
  // Not between any numbers.
  all.fill(Number.NaN, length)
  let least = Number.NEGATIVE_INFINITY
  if (!isAll) {
    kernel.greatestOfGroups(0, list, groups, above, list)
    least = kernel.nthGreatest(list, groups, count)
  }
  const found = kernel.listBetween(0, list, least, above, list, numbers)
  if (items) {
    const listed = new Int32Array(kernel.memory.buffer, list, found)
    for (let at = 0; at < found; at++) listed[at] = items[listed[at]!]!
  }
  sortInScratch({ scores: numbers, items: list, length: found }, numbers + 8 * found, places)
  const { buffer } = kernel.memory
  const best = {
    items: new Int32Array(buffer, list, found).slice(),
    scores: new Float64Array(buffer, numbers, found).slice(),
  }
  return { best, least }
}

/**
 * The found items first, best first and as long as the score is above 0. Then the rest in the order given, with score
 * 0. Nothing twice, nothing excluded.
 */
export function thenRest(
  found: Iterable<Ranked>,
  rest: Iterable<number>,
  wanted: Wanted = {},
  excluded?: number,
): Ranked {
  const listing = new Listing(wanted)
  const given = new Set<number>()
  if (excluded !== undefined) given.add(excluded)
  for (const best = new Cursor(found); listing.room > 0 && best.next() && best.score > 0; ) {
    if (given.has(best.item)) continue
    given.add(best.item)
    listing.offer(best.item, best.score)
  }
  if (listing.room > 0)
    for (const item of rest) {
      if (given.has(item)) continue
      listing.offer(item, 0)
      if (listing.room === 0) break
    }
  return listing.ranked()
}

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
