import { meanOf } from '../math/mean.ts'
import type { SparseRows } from '../math/sparse.ts'
import { heaviestItems, openAlike } from '../recipes/alike.ts'
import { packTexts, type Texts, unpackTexts } from '../state.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { wordsOf } from './words.ts'

interface TermsSettings {
  /** How soon a word that is repeated counts no more, and how much the length of a text is allowed for. */
  readonly k1: number
  readonly b: number
  /** How many words of a text are read. */
  readonly wordsMax: number
  /** How many of a text's heaviest words are looked up, and how many texts of each. */
  readonly featuresMax: number
  readonly itemsMax: number
}

const TERMS: TermsSettings = { k1: 1.2, b: 0.75, wordsMax: 500, featuresMax: 20, itemsMax: 200 }

export type TermsState = {
  readonly words: Texts
  /** By word. */
  readonly idf: Float64Array
  /** Of a word that is in no text. */
  readonly rarest: number
  readonly lengthMean: number
  readonly V: SparseRows
  readonly itemsOf: { readonly offsets: Int32Array; readonly columns: Int32Array }
  readonly k1: number
  readonly b: number
  readonly wordsMax: number
  readonly featuresMax: number
}

/**
 * Texts by their words: BM25 weights on either side, of length 1, so that the likeness of two texts is a cosine.
 * Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009.
 *
 *     v_iw ∝ idf_w tf (k1 + 1) / (tf + k1 (1 − b + b length_i / mean length))
 *     idf_w = ln(1 + (N − n_w + ½) / (n_w + ½))        n_w: texts with word w, of N
 */
export function trainTerms(texts: readonly string[], settings: TermsSettings = TERMS): TermsState {
  const { k1, b, wordsMax, featuresMax, itemsMax } = settings
  const numbers = new Map<string, number>()
  const offsets = new Int32Array(texts.length + 1)
  const lengths = new Float64Array(texts.length)
  const columns: number[] = []
  const counts: number[] = []
  for (const [item, text] of texts.entries()) {
    const words = wordsOf(text).slice(0, wordsMax)
    lengths[item] = words.length
    for (const [word, count] of countWords(words, numbers)) {
      columns.push(word)
      counts.push(count)
    }
    offsets[item + 1] = columns.length
  }
  const texted = lengths.filter(length => length > 0)
  const lengthMean = meanOf(texted)
  const n = new Float64Array(numbers.size)
  for (const word of columns) n[word]!++
  const idf = n.map(n_w => idfOf(texted.length, n_w))
  const rarest = idfOf(texted.length, 0)
  const values = new Float32Array(columns.length)
  for (let item = 0; item < texts.length; item++) {
    const [from, to] = [offsets[item]!, offsets[item + 1]!]
    const length = lengths[item]! / lengthMean
    values.set(weigh(columns.slice(from, to), counts.slice(from, to), length, { idf, rarest, k1, b }), from)
  }
  const V = { offsets, columns: Int32Array.from(columns), values }
  const itemsOf = heaviestItems(V, numbers.size, itemsMax)
  const words = packTexts([...numbers.keys()])
  return { words, idf, rarest, lengthMean, V, itemsOf, k1, b, wordsMax, featuresMax }
}

/** New texts are weighed by the counts of the training; a word that it did not meet counts as the rarest. */
export function openTerms(state: TermsState): Neighbourhood {
  const numbers = new Map(unpackTexts(state.words).map((word, number) => [word, number]))
  const alike = openAlike(state)
  return {
    near(item, each) {
      const vector = alike.vectorOf(item)
      if (vector) alike.find(vector, each)
    },
    shared(item, other) {
      const [ours, theirs] = [alike.vectorOf(item), alike.vectorOf(other)]
      if (!ours || !theirs) return []
      const weights = new Map(Array.from(ours.columns, (word, at) => [word, ours.values[at]!]))
      // A word's number is its place.
      const words = [...numbers.keys()]
      return Array.from(theirs.columns, (word, at) => {
        return { word: words[word]!, part: (weights.get(word) ?? 0) * theirs.values[at]! }
      })
    },
    restore: alike.restore,
    async add(item, text) {
      const words = wordsOf(text).slice(0, state.wordsMax)
      const counted = countWords(words, numbers)
      const columns = [...counted.keys()]
      const length = words.length / (state.lengthMean || words.length)
      alike.add(item, { columns, values: weigh(columns, [...counted.values()], length, state) })
    },
  }
}

/** How often each word occurs, by number; a new one gets the next number. */
function countWords(words: readonly string[], numbers: Map<string, number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const word of words) {
    const number = numbers.get(word) ?? numbers.size
    numbers.set(word, number)
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  return counts
}

interface Weighing extends Pick<TermsState, 'idf' | 'rarest' | 'k1' | 'b'> {}

/** The weights of a text's words, of length 1; the length of the text is in means. */
function weigh(words: readonly number[], counts: readonly number[], length: number, weighing: Weighing): number[] {
  const { idf, rarest, k1, b } = weighing
  const weights = words.map((word, at) => {
    const tf = counts[at]!
    return ((idf[word] ?? rarest) * tf * (k1 + 1)) / (tf + k1 * (1 - b + b * length))
  })
  const norm = Math.hypot(...weights)
  return weights.map(weight => weight / norm)
}

function idfOf(texts: number, having: number): number {
  return Math.log(1 + (texts - having + 0.5) / (having + 0.5))
}
