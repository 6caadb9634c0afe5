import { type Schema, valueFields } from '../../datasets/schema.ts'
import { firstWhere } from '../../engine/math/places.ts'
import { inOneGo } from './in-turns.ts'
import type { ItemIndex } from './item-index.ts'

/** Returns a function that returns the CREATION_TIMESTAMP of an item, in seconds; Infinity where it has none. */
export function creationOf(itemIndex: ItemIndex, schema: Schema): (item: number) => number {
  const place = placeOfCreation(schema)
  if (place < 0) return () => Number.POSITIVE_INFINITY
  return item => Number(itemIndex.recordOf(item).fields[place] ?? Number.POSITIVE_INFINITY)
}

const placeOfCreation = (schema: Schema) => valueFields(schema).findIndex(({ name }) => name === 'CREATION_TIMESTAMP')

const hasCreation = (schema: Schema) => placeOfCreation(schema) >= 0

/**
 * Items in the order in which they came: by CREATION_TIMESTAMP, and those without one last. Items of one moment are in
 * the order of their ids, so that the order is of the data alone.
 */
export function inOrderOfCreation(items: Int32Array, itemIndex: ItemIndex, schema: Schema): Int32Array {
  return inOneGo(sortByCreation(items, itemIndex, schema))
}

/**
 * The same. It yields after some milliseconds of the work: a merge sort, which takes as long as to copy the items where
 * they are in this order already.
 */
export function* sortByCreation(
  items: Int32Array,
  itemIndex: ItemIndex,
  schema: Schema,
): Generator<void, Int32Array, undefined> {
  const compare = byTime(itemIndex, yield* timesOf(items, itemIndex, schema))
  let [sorted, other] = [items.slice(), new Int32Array(items.length)]
  for (let from = 0; from < sorted.length; from += RUN) {
    sorted.subarray(from, from + RUN).sort(compare)
    yield
  }
  for (let run = RUN; run < sorted.length; run *= 2) {
    for (let from = 0; from < sorted.length; from += 2 * run) yield* merge({ sorted, other, from, run }, compare)
    ;[sorted, other] = [other, sorted]
  }
  return sorted
}

/** This many items are sorted at once, and merged at once: some milliseconds. */
const RUN = 4096

/** Returns a function that returns the times of these items, which are read once. */
function* timesOf(items: Int32Array, itemIndex: ItemIndex, schema: Schema) {
  const createdAt = creationOf(itemIndex, schema)
  if (!hasCreation(schema)) return createdAt
  const times = new Float64Array(itemIndex.size)
  for (const [at, item] of items.entries()) {
    times[item] = createdAt(item)
    if (at % RUN === 0) yield
  }
  return (item: number) => times[item]!
}

interface Runs {
  readonly sorted: Int32Array
  readonly other: Int32Array
  /** Where the first run begins, and how long each of the two is at most. */
  readonly from: number
  readonly run: number
}

/** Writes two runs as one. */
function* merge({ sorted, other, from, run }: Runs, compare: (a: number, b: number) => number) {
  const [middle, end] = [Math.min(sorted.length, from + run), Math.min(sorted.length, from + 2 * run)]
  let [a, b] = [from, middle]
  const isMerged = middle === end || compare(sorted[middle - 1]!, sorted[middle]!) <= 0
  if (isMerged) return void other.set(sorted.subarray(from, end), from)
  for (let to = from; to < end; to++) {
    const isFirst = b === end || (a < middle && compare(sorted[a]!, sorted[b]!) <= 0)
    other[to] = isFirst ? sorted[a++]! : sorted[b++]!
    if (to % (4 * RUN) === 0) yield
  }
}

/**
 * Puts items into a list that is in the order of creation, with far fewer steps than sorting all of it again. One that
 * is in the list already, and may have changed, comes to where it belongs now.
 * @param isWanted whether an item is to be in the list from now on
 */
export function putInOrderOfCreation(
  list: Int32Array,
  items: ReadonlySet<number>,
  { itemIndex, schema, isWanted }: Listed,
): Int32Array {
  const compare = byTime(itemIndex, creationOf(itemIndex, schema))
  const others = without(list, items)
  const wanted = [...items].filter(isWanted).sort(compare)
  const all = new Int32Array(others.length + wanted.length)
  let [from, to] = [0, 0]
  for (const item of wanted) {
    const end = firstWhere(others.length, at => compare(others[at]!, item) > 0)
    all.set(others.subarray(from, end), to)
    to += end - from
    all[to++] = item
    from = end
  }
  all.set(others.subarray(from), to)
  return all
}

interface Listed {
  readonly itemIndex: ItemIndex
  readonly schema: Schema
  readonly isWanted: (item: number) => boolean
}

/** Up to this many items are looked for in a list one by one: in millions each takes a millisecond. */
const LOOKED_FOR_MAX = 16

function without(list: Int32Array, items: ReadonlySet<number>): Int32Array {
  if (items.size > LOOKED_FOR_MAX) return list.filter(item => !items.has(item))
  const places = [...items].map(item => list.indexOf(item)).filter(place => place >= 0)
  const others = new Int32Array(list.length - places.length)
  let [from, to] = [0, 0]
  for (const place of places.sort((a, b) => a - b)) {
    others.set(list.subarray(from, place), to)
    to += place - from
    from = place + 1
  }
  others.set(list.subarray(from), to)
  return others
}

function byTime(itemIndex: ItemIndex, createdAt: (item: number) => number): (a: number, b: number) => number {
  return (a, b) => {
    const [ofA, ofB] = [createdAt(a), createdAt(b)]
    return ofA === ofB ? itemIndex.compare(a, b) : ofA - ofB
  }
}

/**
 * Returns a function that returns the newest of the items that came after training, the newest first. An item that
 * comes or changes costs some hundred steps, and a request none.
 * @param count how many there are at most
 */
export function openNewest(itemIndex: ItemIndex, schema: Schema, count: number): () => readonly number[] {
  const byAge = byTime(itemIndex, creationOf(itemIndex, schema))
  const newestFirst = (a: number, b: number) => byAge(b, a)
  let newest: number[] | undefined
  itemIndex.follow(item => {
    if (!newest || item < itemIndex.trained) return
    const others = newest.filter(other => other !== item)
    const isFull = itemIndex.size - itemIndex.trained > count
    const at = others.findIndex(other => newestFirst(item, other) < 0)
    // One of them has become older: another, which is not among them, may take its place.
    if (at < 0 && isFull && others.length < newest.length) newest = undefined
    else newest = others.toSpliced(at < 0 ? others.length : at, 0, item).slice(0, count)
  })
  return () => {
    newest ??= [...inOrderOfCreation(Int32Array.from(itemIndex.late), itemIndex, schema).slice(-count).reverse()]
    return newest
  }
}
