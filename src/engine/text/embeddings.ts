import { sample } from '../math/random.ts'
import type { Neighbourhood } from './neighbourhood.ts'

/** Turns texts into vectors of one length, a text each; `done` is told of how many, as it goes. */
export type Embed = (texts: readonly string[], done?: (count: number) => void) => Promise<readonly Float32Array[]>

interface EmbeddingsSettings {
  /** How many of the lists nearest to a vector are searched, and how many lists there are at most. */
  readonly probes: number
  readonly listsMax: number
  readonly seed: number
}

/**
 * Of the 10 nearest of 10,000 texts (all-MiniLM-L6-v2, one-line descriptions) 32 of 100 lists found 97 %, 8 found 85 %.
 */
const EMBEDDINGS: EmbeddingsSettings = { probes: 32, listsMax: 512, seed: 1 }

/** Its vector tells one embedding model from another. */
const REFERENCE = 'The quick brown fox jumps over the lazy dog'
/** Of the same text by the same model, on another machine or with rounding errors in 8 bits, at least. */
const SAME_COSINE = 0.99

export type EmbeddingsState = {
  readonly dimensions: number
  /** Of `REFERENCE`. */
  readonly reference: Float32Array
  /** Each item's vector after the other, of length 1; of length 0 where it has no text. */
  readonly vectors: Float32Array
  readonly centres: Float32Array
  /** The items nearest to each centre: items[offsets[c] .. offsets[c+1]]. */
  readonly offsets: Int32Array
  readonly items: Int32Array
  readonly probes: number
}

/**
 * Texts by their meaning, as a model puts it into numbers. They are sorted into lists around centres, and a request
 * looks at the nearest lists alone. Spherical k-means: Dhillon and Modha, Machine Learning 2001. Inverted file: Sivic
 * and Zisserman, "Video Google", ICCV 2003. Items without a text are near to nothing.
 */
export async function trainEmbeddings(
  texts: readonly string[],
  embed: Embed,
  done?: (count: number) => void,
  { probes, listsMax, seed }: EmbeddingsSettings = EMBEDDINGS,
): Promise<EmbeddingsState> {
  const texted = [...texts.keys()].filter(item => hasText(texts[item]!))
  const [known] = await embed([REFERENCE])
  const reference = normalized(known!)
  const embedded = await embed(
    texted.map(item => texts[item]!),
    done,
  )
  const dimensions = reference.length
  const vectors = new Float32Array(texts.length * dimensions)
  for (const [at, item] of texted.entries()) vectors.set(normalized(embedded[at]!), item * dimensions)
  const lists = Math.max(1, Math.min(listsMax, Math.ceil(Math.sqrt(texted.length))))
  const centres = centresOf({ vectors, dimensions }, texted, { lists, seed })
  const listOf = new Int32Array(texts.length)
  for (const item of texted) listOf[item] = nearest(centres, dimensions, rowOf(vectors, dimensions, item), 1)[0]!
  const items = Int32Array.from(texted).sort((a, b) => listOf[a]! - listOf[b]! || a - b)
  const offsets = new Int32Array(lists + 1)
  for (const item of texted) offsets[listOf[item]! + 1]!++
  for (let list = 0; list < lists; list++) offsets[list + 1]! += offsets[list]!
  return { dimensions, reference, vectors, centres, offsets, items, probes }
}

/** Whether vectors of this model may be compared with those of the training. */
export async function isTrainedWith({ reference }: EmbeddingsState, embed: Embed): Promise<boolean> {
  const [known] = await embed([REFERENCE])
  return known!.length === reference.length && dot(normalized(known!), reference) > SAME_COSINE
}

const hasText = (text: string) => text.trim() !== ''

/** @param embed the same as in training */
export function openEmbeddings(state: EmbeddingsState, embed: Embed): Neighbourhood {
  const { dimensions, vectors, centres, offsets, items, probes } = state
  const added = new Map<number, Float32Array>()
  const addedTo = new Map<number, Set<number>>()
  /** Of the added items, the newest: an item whose price changed reads as before. */
  const texts = new Map<number, string>()
  const trained = dimensions === 0 ? 0 : vectors.length / dimensions
  const vectorOf = (item: number) =>
    added.get(item) ?? (item >= 0 && item < trained ? rowOf(vectors, dimensions, item) : undefined)
  return {
    near(item, each) {
      const vector = vectorOf(item)
      if (!vector || dot(vector, vector) === 0) return
      const met = new Set<number>()
      for (const list of nearest(centres, dimensions, vector, probes)) {
        for (const other of items.subarray(offsets[list], offsets[list + 1])) met.add(other)
        for (const other of addedTo.get(list) ?? []) met.add(other)
      }
      for (const other of met) {
        const cosine = dot(vector, vectorOf(other)!)
        // That of an item whose text was taken away.
        if (cosine !== 0) each(other, cosine)
      }
    },
    restore(item) {
      texts.delete(item)
      added.delete(item)
      for (const other of addedTo.values()) other.delete(item)
    },
    async add(item, text) {
      if (texts.get(item) === text) return
      texts.set(item, text)
      const [embedded] = hasText(text) ? await embed([text]) : []
      if (texts.get(item) !== text) return
      const vector = embedded ? normalized(embedded) : new Float32Array(dimensions)
      added.set(item, vector)
      for (const other of addedTo.values()) other.delete(item)
      if (!embedded) return
      const [list = 0] = nearest(centres, dimensions, vector, 1)
      addedTo.set(list, (addedTo.get(list) ?? new Set()).add(item))
    },
  }
}

/** How often the centres are moved, and how many vectors for each move them. */
const ROUNDS = 8
const SAMPLE = 64

/** The centres of this many lists of vectors, by k-means on a sample of the items with a text. */
function centresOf(
  { vectors, dimensions }: { readonly vectors: Float32Array; readonly dimensions: number },
  texted: readonly number[],
  { lists, seed }: { readonly lists: number; readonly seed: number },
): Float32Array {
  const sampled = Array.from(sample(texted.length, lists * SAMPLE, seed), at => texted[at]!)
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
