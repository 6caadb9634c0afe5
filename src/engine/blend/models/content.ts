import type { Evidence } from '../../evidence.ts'
import { openListedProducts } from '../../math/listed-products.ts'
import type { SparseRows } from '../../math/sparse.ts'
import { type BlendQuery, forRecent, type Memory, type Model } from './model.ts'

/** The features of each item: item i has those numbered features[offsets[i] .. offsets[i+1]]. */
export interface ItemFeatures {
  readonly offsets: Int32Array
  readonly features: Int32Array
  /** The first feature of each column that features are values of, in rising order; one column unless given. */
  readonly columns?: Int32Array | undefined
}

interface ContentSettings {
  readonly memory: Memory
  /** How many of a profile's heaviest features are looked up, and how many of the most popular items of each. */
  readonly featuresMax: number
  readonly itemsMax: number
}

export const CONTENT: ContentSettings = { memory: { decay: 0.9, length: 40 }, featuresMax: 12, itemsMax: 300 }

export type ContentState = {
  /** V: a row an item, of length 1. */
  readonly V: SparseRows
  /** By feature, its weight; the name is that of older files, which had the rarity alone. */
  readonly idf: Float64Array
  /** By feature its most popular items: itemsOf.columns[offsets[f] .. offsets[f+1]]. */
  readonly itemsOf: { readonly offsets: Int32Array; readonly columns: Int32Array }
  /** Servers of before 2026-12 read it. */
  readonly items: number
  readonly memory: Memory
  readonly featuresMax: number
}

/** A model that can also be asked about items which were not there when it was trained. */
export interface ContentModel extends Model {
  /** Whether any item that a score looks back at has features that weigh anything. */
  knowsTasteOf(query: BlendQuery): boolean
  /** Whether any of these features weighs anything. */
  isTelling(features: Int32Array): boolean
  /** Returns a function that scores an item by its features, as `score` scores the known ones. */
  coldItems(query: BlendQuery): (features: Int32Array) => number
  /** The parts of that score, by event and shared feature. */
  coldItemParts(query: BlendQuery, features: Int32Array): readonly Part[]
}

interface Part {
  readonly part: number
  readonly evidence: Evidence
}

/**
 * Content: items with features like those of the history, weighted as feature-weights.ts says. Pazzani and Billsus,
 * "Content-based recommendation systems", 2007.
 *
 *     v_i = weighted features of i, of length 1
 *     p_u = Σ_{i ∈ history} decay^{l−1} v_i
 *     score_j = p_u · v_j
 *
 * A request looks only at the most popular items of the profile's heaviest features, so its cost does not grow with the
 * catalogue. Popularity is counted from the events of the training.
 */
export function trainContent(
  { offsets, features: list }: ItemFeatures,
  popularity: Float64Array,
  weightsOfAll: Float64Array,
  settings: ContentSettings = CONTENT,
): ContentState {
  const items = offsets.length - 1
  const weights = ofThoseMet({ offsets, features: list }, popularity, weightsOfAll)
  const values = new Float32Array(list.length)
  for (let item = 0; item < items; item++) {
    const v_i = normalized(list.subarray(offsets[item], offsets[item + 1]), weights)
    values.set(v_i, offsets[item])
  }
  const itemsOf = postings({ offsets, features: list }, weights.length, popularity, settings.itemsMax)
  return {
    V: { offsets, columns: list, values },
    idf: weights,
    itemsOf,
    items,
    memory: settings.memory,
    featuresMax: settings.featuresMax,
  }
}

/** Scores items by how alike they are to those of the history; new ones by their features. */
export function openContent({ V, idf, itemsOf, memory, featuresMax }: ContentState): ContentModel {
  const isTelling = (features: Int32Array) => features.some(feature => idf[feature]! > 0)
  // The vector is the profile of one request, zeros between requests.
  const { vector, multiply } = openListedProducts(V, itemsOf, { columns: idf.length, listsMax: featuresMax })
  const profileOf = (query: BlendQuery) => {
    const p_u = new Map<number, number>()
    forRecent(query, memory, (item, weight) => {
      for (let at = V.offsets[item]!; at < V.offsets[item + 1]!; at++)
        p_u.set(V.columns[at]!, (p_u.get(V.columns[at]!) ?? 0) + weight * V.values[at]!)
    })
    return p_u
  }
  /** Calls back with the features of each event, and how much they weigh in p_u. */
  const forFeatures = (query: BlendQuery, each: (feature: number, weight: number, at: number) => void) =>
    forRecent(query, memory, (item, weight, place) => {
      for (let at = V.offsets[item]!; at < V.offsets[item + 1]!; at++)
        each(V.columns[at]!, weight * V.values[at]!, place)
    })
  return {
    score(query, out) {
      const p_u = profileOf(query)
      for (const [feature, weight] of p_u) vector[feature] = weight
      const heaviest = [...p_u].sort(([f, a], [g, b]) => b - a || f - g).slice(0, featuresMax)
      const { rows, products, count } = multiply(heaviest.map(([feature]) => feature))
      out.addPositive(rows, products, count)
      for (const feature of p_u.keys()) vector[feature] = 0
    },
    contributions(query, wanted, each) {
      const having = new Map<number, { item: number; value: number }[]>()
      for (const item of wanted)
        for (let at = V.offsets[item]!; at < V.offsets[item + 1]!; at++) {
          const list = having.getOrInsert(V.columns[at]!, [])
          list.push({ item, value: V.values[at]! })
        }
      forFeatures(query, (feature, weight, at) => {
        const evidence = { kind: 'event', at, feature } as const
        for (const { item, value } of having.get(feature) ?? []) each(item, weight * value, evidence)
      })
    },
    knowsTasteOf({ history }) {
      const featuresOf = (item: number) => V.columns.subarray(V.offsets[item], V.offsets[item + 1])
      return history.subarray(-memory.length).some(item => isTelling(featuresOf(item)))
    },
    isTelling,
    coldItemParts(query, features) {
      const v_j = normalized(features, idf)
      const values = new Map(Array.from(features, (feature, at) => [feature, v_j[at]!]))
      const parts: Part[] = []
      forFeatures(query, (feature, weight, at) => {
        const value = values.get(feature)
        if (value) parts.push({ part: weight * value, evidence: { kind: 'event', at, feature } })
      })
      return parts
    },
    coldItems(query) {
      const p_u = profileOf(query)
      // p_u · v_j without an array for v_j: it is asked of hundreds of items in a request.
      return features => {
        let [dot, square] = [0, 0]
        for (const feature of features) {
          const weight = idf[feature] ?? 0
          dot += (p_u.get(feature) ?? 0) * weight
          square += weight * weight
        }
        return square > 0 ? dot / Math.sqrt(square) : 0
      }
    },
  }
}

/**
 * The weights of features, 0 for those that no item with an event has. Such features are to nobody's taste, as those
 * that come after the training. They would make an item less like those with its other features.
 */
function ofThoseMet({ offsets, features: list }: ItemFeatures, popularity: Float64Array, weights: Float64Array) {
  const met = new Float64Array(weights.length)
  for (let item = 0; item + 1 < offsets.length; item++) {
    if (popularity[item] === 0) continue
    for (const feature of list.subarray(offsets[item], offsets[item + 1])) met[feature] = weights[feature]!
  }
  return met
}

/** The weights of an item's features, of length 1; a feature that nobody knew weighs nothing. */
function normalized(features: Int32Array, idf: Float64Array): Float64Array {
  const weights = Float64Array.from(features, feature => idf[feature] ?? 0)
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1
  return weights.map(weight => weight / length)
}

/** Of each feature its most popular items. */
function postings({ offsets, features: list }: ItemFeatures, features: number, popularity: Float64Array, most: number) {
  const items = offsets.length - 1
  const byPopularity = Int32Array.from({ length: items }, (_, item) => item)
  byPopularity.sort((a, b) => popularity[b]! - popularity[a]! || a - b)
  const counts = new Int32Array(features)
  for (const feature of list) counts[feature]!++
  const ends = new Int32Array(features + 1)
  for (let feature = 0; feature < features; feature++)
    ends[feature + 1] = ends[feature]! + Math.min(most, counts[feature]!)
  const next = ends.slice(0, features)
  const columns = new Int32Array(ends[features]!)
  for (const item of byPopularity)
    for (const feature of list.subarray(offsets[item], offsets[item + 1]))
      if (next[feature]! < ends[feature + 1]!) columns[next[feature]!++] = item
  return { offsets: ends, columns }
}
