import { sample } from '../math/random.ts'
import type { Neighbourhood } from './neighbourhood.ts'

/** Turns texts into vectors of one length, a text each. */
export type Embed = (texts: readonly string[]) => Promise<readonly Float32Array[]>

export interface EmbeddingsSettings {
  /** How many of the lists nearest to a vector are searched, and how many lists there are at most. */
  readonly probes: number
  readonly listsMax: number
  readonly seed: number
}

export const EMBEDDINGS: EmbeddingsSettings = { probes: 8, listsMax: 512, seed: 1 }

export type EmbeddingsState = {
  readonly dimensions: number
  /** Each item's vector after the other, of length 1. */
  readonly vectors: Float32Array
  readonly centres: Float32Array
  /** The items nearest to each centre: items[offsets[c] .. offsets[c+1]]. */
  readonly offsets: Int32Array
  readonly items: Int32Array
  readonly probes: number
}

/**
 * Texts by their meaning, as a model puts it into numbers. They are sorted into lists around centres (spherical
 * k-means: Dhillon and Modha, Machine Learning 2001), and a request looks at the nearest lists alone: an inverted file
 * (Sivic and Zisserman, "Video Google", ICCV 2003). With √N lists a request costs some √N cosines.
 */
export async function trainEmbeddings(
  texts: readonly string[],
  embed: Embed,
  { probes, listsMax, seed }: EmbeddingsSettings = EMBEDDINGS,
): Promise<EmbeddingsState> {
  const embedded = await embed(texts)
  const dimensions = embedded[0]?.length ?? 0
  const vectors = new Float32Array(texts.length * dimensions)
  for (const [item, vector] of embedded.entries()) vectors.set(normalized(vector), item * dimensions)
  const lists = Math.min(listsMax, Math.ceil(Math.sqrt(texts.length)))
  const centres = centresOf(vectors, dimensions, lists, seed)
  const listOf = Int32Array.from(
    texts,
    (_, item) => nearest(centres, dimensions, rowOf(vectors, dimensions, item), 1)[0]!,
  )
  const items = Int32Array.from(texts, (_, item) => item).sort((a, b) => listOf[a]! - listOf[b]! || a - b)
  const offsets = new Int32Array(lists + 1)
  for (const list of listOf) offsets[list + 1]!++
  for (let list = 0; list < lists; list++) offsets[list + 1]! += offsets[list]!
  return { dimensions, vectors, centres, offsets, items, probes }
}

/** @param embed the same as in training */
export function openEmbeddings(state: EmbeddingsState, embed: Embed): Neighbourhood {
  const { dimensions, vectors, centres, offsets, items, probes } = state
  const added = new Map<number, Float32Array>()
  const addedTo = new Map<number, Set<number>>()
  const trained = dimensions === 0 ? 0 : vectors.length / dimensions
  const vectorOf = (item: number) =>
    added.get(item) ?? (item >= 0 && item < trained ? rowOf(vectors, dimensions, item) : undefined)
  return {
    near(item, each) {
      const vector = vectorOf(item)
      if (!vector) return
      const met = new Set<number>()
      for (const list of nearest(centres, dimensions, vector, probes)) {
        for (const other of items.subarray(offsets[list], offsets[list + 1])) met.add(other)
        for (const other of addedTo.get(list) ?? []) met.add(other)
      }
      for (const other of met) each(other, dot(vector, vectorOf(other)!))
    },
    async add(item, text) {
      const [embedded] = await embed([text])
      const vector = normalized(embedded!)
      added.set(item, vector)
      const [list = 0] = nearest(centres, dimensions, vector, 1)
      for (const other of addedTo.values()) other.delete(item)
      addedTo.set(list, (addedTo.get(list) ?? new Set()).add(item))
    },
  }
}

/** How often the centres are moved, and how many vectors for each move them. */
const ROUNDS = 8
const SAMPLE = 64

function centresOf(vectors: Float32Array, dimensions: number, lists: number, seed: number): Float32Array {
  const count = dimensions === 0 ? 0 : vectors.length / dimensions
  const sampled = sample(count, lists * SAMPLE, seed)
  const centres = new Float32Array(lists * dimensions)
  for (const [list, at] of sample(sampled.length, lists, seed).entries())
    centres.set(rowOf(vectors, dimensions, sampled[at]!), list * dimensions)
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float32Array(centres.length)
    for (const item of sampled) {
      const vector = rowOf(vectors, dimensions, item)
      const from = nearest(centres, dimensions, vector, 1)[0]! * dimensions
      for (let d = 0; d < dimensions; d++) sums[from + d]! += vector[d]!
    }
    for (let list = 0; list < lists; list++) {
      const sum = rowOf(sums, dimensions, list)
      if (dot(sum, sum) > 0) centres.set(normalized(sum), list * dimensions)
    }
  }
  return centres
}

/** The centres with the greatest cosines, the greatest first. */
function nearest(centres: Float32Array, dimensions: number, vector: Float32Array, count: number): number[] {
  const lists = dimensions === 0 ? 0 : centres.length / dimensions
  const cosines = Float64Array.from({ length: lists }, (_, list) => dot(rowOf(centres, dimensions, list), vector))
  if (count === 1) return lists === 0 ? [] : [cosines.indexOf(cosines.reduce((a, b) => Math.max(a, b)))]
  return [...cosines.keys()].sort((a, b) => cosines[b]! - cosines[a]! || a - b).slice(0, count)
}

function rowOf(matrix: Float32Array, dimensions: number, row: number): Float32Array {
  return matrix.subarray(row * dimensions, (row + 1) * dimensions)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1
  return vector.map(x => x / length)
}
