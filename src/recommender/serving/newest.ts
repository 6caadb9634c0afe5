import { type Schema, valueFields } from '../../datasets/schema.ts'
import { firstWhere } from '../../engine/math/places.ts'
import type { ItemIndex } from './item-index.ts'

/** Returns a function that returns the CREATION_TIMESTAMP of an item, in seconds; Infinity where it has none. */
export function creationOf(itemIndex: ItemIndex, schema: Schema): (item: number) => number {
  const place = valueFields(schema).findIndex(({ name }) => name === 'CREATION_TIMESTAMP')
  if (place < 0) return () => Number.POSITIVE_INFINITY
  return item => Number(itemIndex.recordOf(item).fields[place] ?? Number.POSITIVE_INFINITY)
}

/**
 * Items in the order in which they came: by CREATION_TIMESTAMP, and those without one last. Items of one moment are in
 * the order of their ids, so that the order is of the data alone.
 */
export function inOrderOfCreation(items: Iterable<number>, itemIndex: ItemIndex, schema: Schema): number[] {
  const createdAt = creationOf(itemIndex, schema)
  const times = new Map(Iterator.from(items).map(item => [item, createdAt(item)]))
  return [...times.keys()].sort(byTime(itemIndex, item => times.get(item)!))
}

/**
 * Puts items into a list that is in the order of creation, with far fewer steps than sorting all of it again. One that
 * is in the list already, and may have changed, comes to where it belongs now.
 */
export function putInOrderOfCreation(
  list: readonly number[],
  items: ReadonlySet<number>,
  itemIndex: ItemIndex,
  schema: Schema,
): number[] {
  const compare = byTime(itemIndex, creationOf(itemIndex, schema))
  const others = list.filter(item => !items.has(item))
  const all: number[] = []
  let from = 0
  for (const item of [...items].sort(compare)) {
    const end = firstWhere(others.length, at => compare(others[at]!, item) > 0)
    for (; from < end; from++) all.push(others[from]!)
    all.push(item)
  }
  for (; from < others.length; from++) all.push(others[from]!)
  return all
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
    newest ??= inOrderOfCreation(itemIndex.late, itemIndex, schema).slice(-count).reverse()
    return newest
  }
}
