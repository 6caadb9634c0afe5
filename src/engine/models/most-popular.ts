import { fromSequences, historyOf, type Interactions, itemCounts } from '../interactions.ts'
import { greatest } from '../math/sparse.ts'
import type { Model } from './model.ts'

/** The rows of the matrix that a dense model inverts: n² numbers of 4 bytes and n³ operations, 400 MB and 30 s here. */
export const DENSE_SIZE_MAX = 10_000

/** The most popular items, numbered anew from 0, and the sequences with the others left out. */
export interface MostPopular {
  readonly interactions: Interactions
  /** The item that has this number. */
  readonly items: Int32Array
  /** The number that this item has, −1 for those left out. */
  readonly numbers: Int32Array
}

export function mostPopular(interactions: Interactions, most: number): MostPopular {
  const all = Int32Array.from({ length: interactions.items }, (_, item) => item)
  const items = greatest(all, itemCounts(interactions), most).sort()
  const numbers = new Int32Array(interactions.items).fill(-1)
  for (const [number, item] of items.entries()) numbers[item] = number
  const sequences = Array.from({ length: interactions.users }, (_, user) =>
    renumber(historyOf(interactions, user), numbers),
  )
  return { interactions: fromSequences(sequences, items.length), items, numbers }
}

/** The model of the popular items, asked about all of them: the others get 0. */
export function amongAll(model: Model, { items, numbers }: MostPopular): Model {
  const scores = new Float64Array(items.length)
  return {
    score(history, out) {
      model.score(renumber(history, numbers), scores)
      out.fill(0)
      for (let number = 0; number < items.length; number++) out[items[number]!] = scores[number]!
    },
  }
}

function renumber(history: Int32Array, numbers: Int32Array): Int32Array {
  return history.map(item => numbers[item]!).filter(number => number >= 0)
}
