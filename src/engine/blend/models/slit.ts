import type { Interactions } from '../../interactions.ts'
import { numbersIn, regularize, square } from '../../math/dense.ts'
import { invert } from '../../math/invert.ts'
import { type PackedRows, packRows } from '../../math/packed-rows.ts'
import { greatestOfRows, type KeptEntries, multiplySparse, scatter } from '../../math/product.ts'
import { RowList } from '../../math/row-list.ts'
import { solve } from '../../math/solve.ts'
import { concatenateRows, type SparseRows } from '../../math/sparse.ts'
import { forRecent, type Memory, type Model, rowParts, rowSteps } from './model.ts'
import { DENSE_KEEP, mostPopular, numbersOf } from './most-popular.ts'
import { transitions } from './skip-markov.ts'
import { addGram } from './slit-gram.ts'
import { isSparse, solveWithTail } from './slit-tail.ts'

export interface SlitSettings {
  /** Each remembers the prefix once: a short memory and a long one tell new items from usual ones. */
  readonly memories: readonly Memory[]
  /** λ */
  readonly regularization: number
  /** The rows of S: items times memories. Where there are more items, the most popular ones are taken. */
  readonly sizeMax: number
  /** With one memory and sparse data this many items are solved for exactly, the others by how they meet these. */
  readonly headMax?: number | undefined
  /** How many entries of a row of B are kept, those of the greatest magnitude. */
  readonly keep: number
}

export const SLIT: SlitSettings = {
  memories: [
    { decay: 0.5, length: 12 },
    { decay: 0.9, length: 50 },
  ],
  regularization: 200,
  // Of 10,000 rows elimination would take twice as long.
  sizeMax: 8000,
  keep: DENSE_KEEP,
}

/**
 * With one memory in the middle, for catalogues that are too large for two. With 10,000 items it took three times as
 * long, for .0002 more of Beauty's NDCG@10.
 */
export const WIDE_SLIT: SlitSettings = { ...SLIT, memories: [{ decay: 0.8, length: 20 }], sizeMax: 7000, headMax: 1000 }

type SlitState = {
  /** The rows of the first memory, one for each of the most popular items in their order, then those of the second. */
  readonly B: PackedRows
  readonly popular: Int32Array
  readonly items: number
  readonly memories: readonly Memory[]
}

/**
 * SLIT, a linear model of the next item, after two models. SLIST: Choi et al., "Session-aware linear item-item models
 * for session-based recommendation", WWW 2021. TALE: Park et al., "Temporal linear item-item model for sequential
 * recommendation", WSDM 2025. One row per position of every sequence: S is the decayed prefix, Y the next item.
 *
 *     B = (SᵀS + λI)⁻¹ SᵀY        score = x_u B
 *
 * With several memories S is [S_1 S_2 ...], one decay each, solved for at once. S_mᵀY is the skip-Markov chain's M.
 */
export function trainSlit(interactions: Interactions, settings: SlitSettings): SlitState {
  const { memories, regularization, sizeMax, headMax, keep } = settings
  const [memory] = memories
  if (headMax && headMax < interactions.items && memories.length === 1 && isSparse(interactions, memory!)) {
    const { B, items } = solveWithTail(interactions, { memory: memory!, regularization, headMax, keep })
    return { B: packRows(B, interactions.items), popular: items, items: interactions.items, memories }
  }
  const popular = mostPopular(interactions, Math.floor(sizeMax / memories.length))
  const B = solved(popular.interactions, memories, regularization, { keep, names: popular.items })
  return { B: packRows(B, interactions.items), popular: popular.items, items: interactions.items, memories }
}

/** How many times longer a number of M takes than one of a dense right-hand side. */
const SPARSE_COST = 4

/** B, by an inverse if M is sparse, by elimination if M has so few zeros that this is less work. */
function solved(
  interactions: Interactions,
  memories: readonly Memory[],
  regularization: number,
  kept: KeptEntries,
): SparseRows {
  const [n, m] = [memories.length * interactions.items, interactions.items]
  const lags = memories.reduce((sum, { length }) => sum + length, 0)
  const entriesMax = Math.min(n * m, lags * interactions.sequence.length)
  const isDense = n ** 3 + 2 * SPARSE_COST * entriesMax * n > n ** 3 / 3 + 2 * n ** 2 * m
  const countsOf = ({ decay, length }: Memory) => transitions(interactions, { lags: length, decay, reverse: 0 })
  if (isDense) {
    const P = square(n, m)
    addGram(interactions, memories, P)
    regularize(P, regularization)
    for (const [a, memory] of memories.entries()) scatter(countsOf(memory), P, a * m)
    solve(P)
    return greatestOfRows({ data: numbersIn(P), at: P.right, stride: P.rightStride, rows: n }, kept)
  }
  const M = concatenateRows(memories.map(countsOf))
  const P = square(n, 0, { entries: M.values.length, columns: m })
  addGram(interactions, memories, P)
  regularize(P, regularization)
  invert(P)
  return multiplySparse(P, M, kept)
}

/** Scores by both memories of the history. */
export function openSlit({ B: entries, popular, items, memories }: SlitState): Model {
  const B = packRows(entries, items)
  const rows = numbersOf(popular, items)
  const n = popular.length
  const list = new RowList()
  return {
    score(query, out) {
      list.clear()
      for (const [m, memory] of memories.entries())
        forRecent(query, memory, (item, weight) => {
          if (rows[item]! >= 0) list.add(m * n + rows[item]!, weight)
        })
      out.addPackedRows(B, list)
    },
    steps: query =>
      memories.reduce(
        (sum, memory, m) => sum + rowSteps(query, memory, B, item => (rows[item]! < 0 ? -1 : m * n + rows[item]!)),
        0,
      ),
    contributions(query, wanted, each) {
      for (const [m, memory] of memories.entries())
        rowParts(
          query,
          { memory, matrix: B, rowOf: item => (rows[item]! < 0 ? -1 : m * n + rows[item]!) },
          wanted,
          each,
        )
    },
  }
}
