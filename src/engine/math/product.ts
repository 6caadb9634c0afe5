import type { TeamJob } from '../team/part.ts'
import { share } from '../team/share.ts'
import { runOnAllCores } from '../team/team.ts'
import { handsOn, numbersIn, type Square } from './dense.ts'
import { greatestSet } from './greatest.ts'
import { TILE } from './kernel.ts'
import { concatenateRows, type SparseRows } from './sparse.ts'

/** Which entries of a dense row are kept, and the names of its columns: column j is names[j]. */
export interface KeptEntries {
  readonly keep: number
  readonly names: Int32Array
  /** For a square matrix: column j is multiplied by factors[j], and the diagonal, which says nothing, is 0. */
  readonly factors?: Float32Array | undefined
}

/** Dense rows in shared memory: row i begins at number at + i · stride. */
interface DenseRows {
  readonly data: Float32Array<SharedArrayBuffer>
  readonly at: number
  readonly stride: number
  readonly rows: number
}

const ROWS_AT_ONCE = 64

/** Of each row of a dense matrix the entries of the greatest magnitude, in order of the columns. */
export function greatestOfRows(dense: DenseRows, kept: KeptEntries): SparseRows {
  const chunks = Math.ceil(dense.rows / ROWS_AT_ONCE)
  const shared = { ...dense, ...share(kept) }
  return concatenateRows(runOnAllCores(greatestRows, shared, [chunks], 20 * dense.rows * kept.names.length))
}

export const greatestRows: TeamJob<DenseRows & KeptEntries, SparseRows> = {
  module: import.meta.url,
  name: 'greatestRows',
  begin: ({ data, at, stride, rows, ...kept }) => {
    const pick = picker(kept)
    return (_phase, chunk) => {
      const from = chunk * ROWS_AT_ONCE
      return pick(from, Math.min(ROWS_AT_ONCE, rows - from), i => data.subarray(at + (from + i) * stride))
    }
  },
}

/** Writes the rows of M to the right-hand side of P, the first one to this row of it. */
export function scatter({ offsets, columns, values }: SparseRows, P: Square, first: number): void {
  const data = numbersIn(P)
  for (let i = 0; i + 1 < offsets.length; i++)
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++)
      data[P.right + (first + i) * P.rightStride + columns[at]!] = values[at]!
}

/**
 * Lᵀ M for a dense L and a sparse M of as many rows, of each row the greatest entries. L is in P's memory; it is the
 * symmetric P itself unless given.
 */
export function multiplySparse(
  P: Square,
  M: SparseRows,
  kept: KeptEntries,
  L = { at: 0, stride: P.stride, columns: P.n },
): SparseRows {
  const columns = kept.names.length
  const valuesAt = P.scratch + P.room * columns * TILE.columns
  const columnsAt = valuesAt + M.values.length
  const data = numbersIn(P)
  data.set(M.values, valuesAt)
  new Int32Array(data.buffer).set(M.columns, columnsAt)
  const shared = { P, L, offsets: share(M.offsets), valuesAt, columnsAt, ...share(kept) }
  const chunks = Math.ceil(L.columns / ROWS_AT_ONCE)
  return concatenateRows(runOnAllCores(products, shared, [chunks], 8 * L.columns * M.values.length))
}

interface Product extends KeptEntries {
  readonly P: Square
  readonly L: { readonly at: number; readonly stride: number; readonly columns: number }
  readonly offsets: Int32Array
  readonly valuesAt: number
  readonly columnsAt: number
}

export const products: TeamJob<Product, SparseRows> = {
  module: import.meta.url,
  name: 'products',
  begin({ P, L, offsets, valuesAt, columnsAt, ...kept }, member) {
    const { data, kernel } = handsOn(P)
    const pick = picker(kept)
    const columns = kept.names.length
    const accAt = P.scratch + member * columns * TILE.columns
    const acc = data.subarray(accAt, accAt + columns * TILE.columns)
    const row = new Float32Array(columns)
    /** Rows i to i + 7 at once. */
    const multiply = (i: number) => {
      acc.fill(0)
      for (let k = 0; k + 1 < offsets.length; k++) {
        const from = offsets[k]!
        const count = offsets[k + 1]! - from
        // L_ki to L_k,i+7.
        if (count > 0)
          kernel.addSparse(
            4 * accAt,
            4 * (columnsAt + from),
            4 * (valuesAt + from),
            count,
            4 * (L.at + k * L.stride + i),
          )
      }
    }
    return (_phase, chunk) => {
      const from = chunk * ROWS_AT_ONCE
      return pick(from, Math.min(ROWS_AT_ONCE, L.columns - from), i => {
        if (i % TILE.columns === 0) multiply(from + i)
        for (let j = 0; j < columns; j++) row[j] = acc[j * TILE.columns + (i % TILE.columns)]!
        return row
      })
    }
  },
}

/** Returns a function that picks the greatest entries of `rows` rows from row `first` on, in their order. */
function picker({ keep, names, factors }: KeptEntries) {
  const all = Int32Array.from(names, (_, j) => j)
  const magnitudes = new Float32Array(names.length)
  const kept = Math.min(keep, names.length)
  const scaled = new Float32Array(factors ? names.length : 0)
  const scale = (row: number, dense: Float32Array) => {
    if (!factors) return dense
    for (let j = 0; j < names.length; j++) scaled[j] = dense[j]! * factors[j]!
    scaled[row] = 0
    return scaled
  }
  return (first: number, rows: number, row: (i: number) => Float32Array): SparseRows => {
    const [columns, values] = [new Int32Array(rows * kept), new Float32Array(rows * kept)]
    for (let i = 0; i < rows; i++) {
      const dense = scale(first + i, row(i))
      for (let j = 0; j < names.length; j++) magnitudes[j] = Math.abs(dense[j]!)
      const chosen = greatestSet(all, magnitudes, kept)
      for (let at = 0; at < kept; at++) {
        columns[i * kept + at] = names[chosen[at]!]!
        values[i * kept + at] = dense[chosen[at]!]!
      }
    }
    return { offsets: Int32Array.from({ length: rows + 1 }, (_, i) => i * kept), columns, values }
  }
}
