import {
  type Interactions,
  itemCounts,
  type Occurrences,
  occurrencesOf,
  type Sequences,
  sequencesOf,
} from '../../interactions.ts'
import { buildRows, buildTogether, rowBuilder, rowsJob, type Sums } from '../../math/build-rows.ts'
import { numbersIn, regularize, type Square, square } from '../../math/dense.ts'
import { greatest } from '../../math/greatest.ts'
import { invert } from '../../math/invert.ts'
import { greatestOfRows, type KeptEntries, multiplySparse, scatter } from '../../math/product.ts'
import { solve } from '../../math/solve.ts'
import { concatenateRows, type SparseRows } from '../../math/sparse.ts'
import type { TeamJob } from '../../team/part.ts'
import { share } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import type { Memory } from './model.ts'
import { numbersOf } from './most-popular.ts'
import { transitions } from './skip-markov.ts'
import { meetings } from './slit-gram.ts'

interface TailSettings {
  readonly memory: Memory
  /** λ */
  readonly regularization: number
  /** How many items are the head, and how many entries of a row are kept, of the tail's fewer. */
  readonly headMax: number
  readonly keep: number
}

/** How many entries a row of the tail keeps. */
const TAIL_KEEP = 300
/** How many entries of a row of the head the tail is corrected by, the greatest. */
const CORRECTION_KEEP = 50
/** How many pairs of positions are added up at most: 12 bytes each. */
const MEETINGS_MAX = 4e7

/** Whether SᵀS is so sparse that all items can have rows: most pairs of items never meet, and not too many do. */
export function isSparse({ users, offsets, items }: Interactions, { length }: Memory): boolean {
  let met = 0
  for (let user = 0; user < users; user++) {
    const events = offsets[user + 1]! - offsets[user]!
    met += events * Math.min(events, 2 * length)
  }
  return met <= Math.min(MEETINGS_MAX, items ** 2 / 4)
}

/**
 * B = (SᵀS + λI)⁻¹ SᵀY of all items, the most popular first. SᵀS + λI has blocks of a head (h) and a tail (t). The
 * head's is solved exactly, the tail's own block C by a diagonal D (Schur's complement):
 *
 *     B_h = (A − Eᵀ D⁻¹ E)⁻¹ (M_h − Eᵀ D⁻¹ M_t)        B_t = D⁻¹ (M_t − E B_h)
 *
 * D has G_ii + max(λ, Σ_j G_ij), j ≠ i of the tail. So D − SᵀS is positive semidefinite in the tail (Gershgorin), and
 * the matrix to invert stays positive definite. Items that meet more of the tail than λ are believed less, not more.
 */
export function solveWithTail(
  interactions: Interactions,
  { memory, regularization, headMax, keep }: TailSettings,
): { readonly B: SparseRows; readonly items: Int32Array } {
  const rows = interactions.items
  const names = Int32Array.from({ length: rows }, (_, item) => item)
  const items = greatest(names, itemCounts(interactions), rows)
  const numbers = numbersOf(items, rows)
  const renumbered = { ...interactions, sequence: interactions.sequence.map(item => numbers[item]!) }
  const head = Math.min(headMax, rows)
  const M = transitions(renumbered, { lags: memory.length, decay: memory.decay, reverse: 0 })
  const G = gramOf(renumbered, memory)
  const D = share(diagonalOf(G, head, regularization))
  const shared = { head, items: rows, G, M, D }
  const ofHead = solveHead(shared, regularization, { keep, names })
  const greatestOfHead = buildRows(head, rows, (i, sums) => sums.addRow(ofHead, i, 1), { keep: CORRECTION_KEEP })
  const ofTail = buildTogether(
    tail,
    { ...shared, rows: rows - head, ofHead: share(greatestOfHead) },
    CORRECTION_KEEP * G.values.length,
  )
  const B = concatenateRows([ofHead, ofTail])
  return { B: { ...B, columns: share(B.columns.map(column => items[column]!)) }, items }
}

/** How many times longer a number of a sparse right-hand side takes than one of a dense one. */
const SPARSE_COST = 4

/** B_h, by elimination where M_h − Eᵀ D⁻¹ M_t is so full that this is less work. */
function solveHead(blocks: Blocks, regularization: number, kept: KeptEntries): SparseRows {
  const { head, items, G } = blocks
  const right = buildTogether(rightSide, { ...blocks, rows: head }, 10 * G.values.length)
  const isDense = SPARSE_COST * right.values.length > head * items
  const P = isDense ? square(head, items) : square(head, 0, { entries: right.values.length, columns: items })
  runOnAllCores(reduction, { ...blocks, P }, [Math.ceil(head / ROWS_AT_ONCE)], 20 * G.values.length)
  regularize(P, regularization)
  if (!isDense) {
    invert(P)
    return multiplySparse(P, right, kept)
  }
  scatter(right, P, 0)
  solve(P)
  return greatestOfRows({ data: numbersIn(P), at: P.right, stride: P.rightStride, rows: head }, kept)
}

/**
 * D of the tail: G_ii plus its meetings with the rest of the tail, or plus λ if that is more. It is 1 for items of the
 * head.
 */
function diagonalOf({ offsets, columns, values }: SparseRows, head: number, λ: number): Float64Array {
  const D = new Float64Array(offsets.length - 1).fill(1)
  for (let i = head; i < D.length; i++) {
    let [own, others] = [0, 0]
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
      if (columns[at] === i) own = values[at]!
      else if (columns[at]! >= head) others += values[at]!
    }
    D[i] = own + Math.max(λ, others)
  }
  return D
}

/** SᵀS, as slit-gram.ts has it. */
function gramOf(interactions: Interactions, memory: Memory): SparseRows {
  const sequences = sequencesOf(interactions)
  const R = meetings(sequences, memory.decay ** 2)
  const shared = { rows: interactions.items, sequences, at: occurrencesOf(sequences), memory, R }
  return buildTogether(gramRows, shared, 2 * memory.length * interactions.sequence.length)
}

interface GramRows {
  readonly rows: number
  readonly sequences: Sequences
  readonly at: Occurrences
  readonly memory: Memory
  readonly R: Float64Array
}

export const gramRows = rowsJob<GramRows>(import.meta.url, 'gramRows', ({ rows, sequences, at, memory, R }) => {
  const { offsets, sequence, weights } = sequences
  const { decay, length } = memory
  const steps = Float64Array.from({ length }, (_, lag) => decay ** lag)
  return rowBuilder(rows, (i, sums) => {
    for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
      const p = at.positions[o]!
      const user = at.users[o]!
      const [start, end] = [Math.max(offsets[user]!, p - length + 1), Math.min(offsets[user + 1]! - 1, p + length)]
      for (let q = start; q < p; q++) sums.add(sequence[q]!, R[p]! * steps[p - q]! * (weights ? weights[q]! : 1))
      for (let q = p; q < end; q++) sums.add(sequence[q]!, R[q]! * steps[q - p]! * (weights ? weights[p]! : 1))
    }
  })
})

interface Blocks {
  readonly head: number
  readonly items: number
  /** SᵀS and SᵀY, the rows and columns of the head first. */
  readonly G: SparseRows
  readonly M: SparseRows
  readonly D: Float64Array
}

/** M_h − Eᵀ D⁻¹ M_t. */
export const rightSide = rowsJob<Blocks & { readonly rows: number }>(
  import.meta.url,
  'rightSide',
  ({ head, items, G, M, D }) =>
    rowBuilder(items, (i, sums) => {
      sums.addRow(M, i, 1)
      for (let at = G.offsets[i]!; at < G.offsets[i + 1]!; at++) {
        const t = G.columns[at]!
        if (t >= head) sums.addRow(M, t, -G.values[at]! / D[t]!)
      }
    }),
)

const ROWS_AT_ONCE = 16

/** Writes A − Eᵀ D⁻¹ E. */
export const reduction: TeamJob<Blocks & { readonly P: Square }, undefined> = {
  module: import.meta.url,
  name: 'reduction',
  begin({ head, G, D, P }) {
    const data = numbersIn(P)
    const sums = new Float64Array(head)
    /** Columns are in order, the head's first: those of the tail are not looked at. */
    const addHead = (row: number, times: number) => {
      for (let at = G.offsets[row]!; at < G.offsets[row + 1]! && G.columns[at]! < head; at++)
        sums[G.columns[at]!]! += times * G.values[at]!
    }
    return (_phase, chunk) => {
      for (let i = chunk * ROWS_AT_ONCE; i < Math.min(head, (chunk + 1) * ROWS_AT_ONCE); i++) {
        sums.fill(0)
        addHead(i, 1)
        for (let at = G.offsets[i]!; at < G.offsets[i + 1]!; at++) {
          const t = G.columns[at]!
          if (t >= head) addHead(t, -G.values[at]! / D[t]!)
        }
        for (let j = 0; j < head; j++) data[i * P.stride + j] = sums[j]!
      }
      return undefined
    }
  },
}

/** D⁻¹ (M_t − E B_h). */
export const tail = rowsJob<Blocks & { readonly rows: number; readonly ofHead: SparseRows }>(
  import.meta.url,
  'tail',
  ({ head, items, G, M, D, ofHead }) => {
    const fill = (row: number, sums: Sums) => {
      const i = head + row
      sums.addRow(M, i, 1 / D[i]!)
      for (let at = G.offsets[i]!; at < G.offsets[i + 1]!; at++) {
        const h = G.columns[at]!
        if (h < head) sums.addRow(ofHead, h, -G.values[at]! / D[i]!)
      }
    }
    return rowBuilder(items, fill, { keep: TAIL_KEEP })
  },
)
