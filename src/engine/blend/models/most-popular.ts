import { filterEvents, type Interactions, itemCounts } from '../../interactions.ts'
import { greatest } from '../../math/greatest.ts'

/** The rows of a dense model's matrix at most, 400 MB of numbers; a catalogue that would need more counts as wide. */
export const DENSE_SIZE_MAX = 10_000

/** How many entries of a row a dense model keeps: 80 MB of 10 thousand rows. */
export const DENSE_KEEP = 1000

/** The most popular items, numbered anew from 0, and the sequences with the others left out. */
interface MostPopular {
  readonly interactions: Interactions
  /** The item that has this number. */
  readonly items: Int32Array
}

/** Keeps the `most` popular items alone, and numbers them anew in the order that they had. */
export function mostPopular(interactions: Interactions, most: number): MostPopular {
  const all = Int32Array.from({ length: interactions.items }, (_, item) => item)
  const items = greatest(all, itemCounts(interactions), most).sort()
  const numbers = numbersOf(items, interactions.items)
  const among = filterEvents(interactions, event => numbers[interactions.sequence[event]!]! >= 0)
  const sequence = among.sequence.map(item => numbers[item]!)
  return { interactions: { ...among, items: items.length, sequence }, items }
}

/** The place in `items` of each of `count` items; −1 for those that are not among them. */
export function numbersOf(items: Int32Array, count: number): Int32Array {
  const numbers = new Int32Array(count).fill(-1)
  for (const [number, item] of items.entries()) numbers[item] = number
  return numbers
}
