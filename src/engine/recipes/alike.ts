import { greatest } from '../math/greatest.ts'
import type { SparseRows } from '../math/sparse.ts'

/** The description of an item: some of the features, each with its weight, of length 1. */
export interface Vector {
  readonly columns: ArrayLike<number>
  readonly values: ArrayLike<number>
}

/** Items with their vectors, and of each feature some of the items that have it. */
interface Described {
  /** A row an item, of length 1. */
  readonly V: SparseRows
  /** Feature f leads to itemsOf.columns[offsets[f] .. offsets[f+1]]. */
  readonly itemsOf: { readonly offsets: Int32Array; readonly columns: Int32Array }
  /** How many of a vector's heaviest features are followed. */
  readonly featuresMax: number
}

export interface AlikeIndex {
  /** Calls back with the items that share one of the vector's heaviest features, each once, with the cosine. */
  find(vector: Vector, each: (item: number, cosine: number) => void): void
  /** Describes an item that is new, or anew. The order of descriptions of an item does not matter, but for the last. */
  add(item: number, vector: Vector): void
  /** Describes an item as the training did. */
  restore(item: number): void
  vectorOf(item: number): Vector | undefined
}

/** How many added items a feature leads to at least, the newest ones. */
const ADDED_MAX = 500

/**
 * Finds items by an inverted index that keeps only some items of each feature, and orders them by their exact cosines.
 * Champion lists: Manning, Raghavan and Schütze, "Introduction to information retrieval", 2008, 7.1.3. So it costs
 * `featuresMax` lists, for any number of items.
 */
export function openAlike({ V, itemsOf, featuresMax }: Described): AlikeIndex {
  let query = new Float64Array(itemsOf.offsets.length)
  const vectors = new Map<number, Vector>()
  const added = new Map<number, number[]>()
  const vectorOf = (item: number): Vector | undefined => {
    const [from, to] = [V.offsets[item], V.offsets[item + 1]]
    if (vectors.has(item) || from === undefined || to === undefined) return vectors.get(item)
    return { columns: V.columns.subarray(from, to), values: V.values.subarray(from, to) }
  }
  const cosineTo = (item: number) => {
    const other = vectors.get(item)
    const { columns, values } = other ?? V
    const from = other ? 0 : V.offsets[item]!
    const to = other ? columns.length : V.offsets[item + 1]!
    let cosine = 0
    for (let at = from; at < to; at++) cosine += query[columns[at]!]! * values[at]!
    return cosine
  }
  const restore = (item: number) => {
    for (const feature of Array.from(vectors.get(item)?.columns ?? []))
      added.set(
        feature,
        added.get(feature)!.filter(other => other !== item),
      )
    vectors.delete(item)
  }
  return {
    vectorOf,
    find(vector, each) {
      const features = Array.from(vector.columns)
      for (const [at, feature] of features.entries()) query[feature] = vector.values[at]!
      const met = new Set<number>()
      for (const feature of features.toSorted((f, g) => query[g]! - query[f]! || f - g).slice(0, featuresMax)) {
        for (const item of listOf(itemsOf, feature)) met.add(item)
        for (const item of added.get(feature) ?? []) met.add(item)
      }
      for (const item of met) each(item, cosineTo(item))
      for (const feature of features) query[feature] = 0
    },
    restore,
    add(item, vector) {
      restore(item)
      vectors.set(item, vector)
      const size = Math.max(...Array.from(vector.columns)) + 1
      if (size > query.length) query = new Float64Array(2 * size)
      for (const feature of Array.from(vector.columns)) {
        const items = added.get(feature) ?? []
        items.push(item)
        added.set(feature, items.length > 2 * ADDED_MAX ? items.slice(-ADDED_MAX) : items)
      }
    },
  }
}

function listOf({ offsets, columns }: Described['itemsOf'], feature: number): Int32Array {
  return columns.subarray(offsets[feature] ?? columns.length, offsets[feature + 1] ?? columns.length)
}

/** Of each feature the `most` items that it weighs most in, of equal ones the lower numbers. */
export function heaviestItems({ offsets, columns, values }: SparseRows, features: number, most: number) {
  const counts = new Int32Array(features + 1)
  for (const feature of columns) counts[feature + 1]!++
  for (let feature = 0; feature < features; feature++) counts[feature + 1]! += counts[feature]!
  const [items, weights, next] = [new Int32Array(columns.length), new Float32Array(columns.length), counts.slice()]
  for (let item = 0; item < offsets.length - 1; item++)
    for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
      const to = next[columns[at]!]!++
      items[to] = item
      weights[to] = values[at]!
    }
  const kept = new Int32Array(features + 1)
  const chosen: Int32Array[] = []
  for (let feature = 0; feature < features; feature++) {
    const from = counts[feature]!
    const all = Int32Array.from({ length: counts[feature + 1]! - from }, (_, at) => from + at)
    const best = all.length > most ? greatest(all, weights, most) : all
    chosen.push(best.map(at => items[at]!))
    kept[feature + 1] = kept[feature]! + best.length
  }
  const list = new Int32Array(kept[features]!)
  for (const [feature, one] of chosen.entries()) list.set(one, kept[feature])
  return { offsets: kept, columns: list }
}
