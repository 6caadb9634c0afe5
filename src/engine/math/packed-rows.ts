import { sharedFloats, sharedIntegers } from '../team/share.ts'
import type { SparseRows } from './sparse.ts'

/**
 * Sparse rows as a model keeps them, in half the memory: the entries of a row are multiples of its scale, in 16 bits.
 * They lie within .00002 of the row's greatest. Columns have 16 bits as well: of a wide matrix each row is kept in
 * parts, of 65,536 columns each. Part p of row i has the values scales[i] · values[offsets[at] .. offsets[at+1]], with
 * at = i · parts + p, in the columns 65,536 p + columns[…]. A row has no column twice.
 */
export type PackedRows = {
  readonly parts: number
  readonly offsets: Int32Array
  /** In 32 bits, and in one part, where there are more columns and so few entries that offsets would take more. */
  readonly columns: Uint16Array | Int32Array
  readonly values: Int16Array
  readonly scales: Float32Array
}

/** log₂ of the columns of a part. */
export const PART_BITS = 16

/** A dense matrix in the same way: row i is scales[i] · values[i n .. (i + 1) n]. */
export type PackedMatrix = Pick<PackedRows, 'values' | 'scales'>

const MOST = 2 ** 15 - 1

/**
 * Packs the rows of a matrix in memory that threads share. An entry that is 0 by then is left out; packed ones stay as
 * they are.
 */
export function packRows(rows: SparseRows | PackedRows, columnCount: number): PackedRows {
  if ('scales' in rows) return rows
  const count = rows.offsets.length - 1
  const scales = sharedFloats(count)
  const multiples = new Int16Array(rows.offsets[count]!)
  let kept = 0
  for (let row = 0; row < count; row++) {
    const [from, end] = [rows.offsets[row]!, rows.offsets[row + 1]!]
    scales[row] = greatestMagnitude(rows.values, from, end) / MOST
    kept += packRow(rows.values, multiples, scales[row]!, from, end)
  }
  const parts = partsOf(columnCount, count, kept)
  const isNarrow = columnCount <= parts << PART_BITS
  const columns = isNarrow ? new Uint16Array(new SharedArrayBuffer(2 * kept)) : sharedIntegers(kept)
  const values = new Int16Array(new SharedArrayBuffer(2 * kept))
  const offsets = sharedIntegers(count * parts + 1)
  const from = rows.columns
  let to = 0
  for (let row = 0; row < count; row++)
    for (let part = 0; part < parts; part++) {
      for (let at = rows.offsets[row]!, end = rows.offsets[row + 1]!; at < end; at++) {
        const value = multiples[at]!
        if (value === 0 || (parts > 1 && from[at]! >> PART_BITS !== part)) continue
        columns[to] = from[at]! - (part << PART_BITS)
        values[to++] = value
      }
      offsets[row * parts + part + 1] = to
    }
  return { parts, offsets, columns, values, scales }
}

/** Writes the multiples of the scale that the values of a row are. Returns how many are not 0. */
function packRow(values: Float32Array, to: Int16Array, scale: number, from: number, end: number): number {
  let kept = 0
  for (let at = from; at < end; at++) {
    to[at] = packed(values[at]!, scale)
    if (to[at] !== 0) kept++
  }
  return kept
}

/** As many as the columns need, where their offsets take half of what columns of 16 bits save at most. */
function partsOf(columns: number, rows: number, entries: number): number {
  const parts = Math.ceil(columns / 2 ** PART_BITS)
  return 4 * rows * (parts - 1) <= entries ? Math.max(1, parts) : 1
}

/** Packs rows of `columns` numbers each; packed ones stay as they are. */
export function packMatrix(rows: Float32Array | PackedMatrix, columns: number): PackedMatrix {
  if (!(rows instanceof Float32Array)) return rows
  const count = columns === 0 ? 0 : rows.length / columns
  const scales = sharedFloats(count)
  const values = new Int16Array(new SharedArrayBuffer(2 * rows.length))
  for (let row = 0; row < count; row++) {
    const [from, end] = [row * columns, (row + 1) * columns]
    scales[row] = greatestMagnitude(rows, from, end) / MOST
    for (let at = from; at < end; at++) values[at] = packed(rows[at]!, scales[row]!)
  }
  return { values, scales }
}

/** The nearest multiple. Math.round takes nine times as long once V8 has optimized it. */
const packed = (value: number, scale: number) => (scale === 0 ? 0 : Math.floor(value / scale + 0.5))

function greatestMagnitude(values: Float32Array, from: number, end: number): number {
  let most = 0
  for (let at = from; at < end; at++) most = Math.max(most, Math.abs(values[at]!))
  return most
}
