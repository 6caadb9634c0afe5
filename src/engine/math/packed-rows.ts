import { sharedFloats, sharedIntegers } from '../team/share.ts'
import type { SparseRows } from './sparse.ts'

/**
 * Sparse rows as a model keeps them, in half the memory: the entries of a row are multiples of its scale, in 16 bits.
 * Those of row i are scales[i] · values[offsets[i] .. offsets[i+1]]. They lie within .00002 of the row's greatest.
 */
export type PackedRows = {
  readonly offsets: Int32Array
  /** In 16 bits where there are no more columns than that. */
  readonly columns: Uint16Array | Int32Array
  readonly values: Int16Array
  readonly scales: Float32Array
}

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
  let kept = 0
  for (let row = 0; row < count; row++) {
    scales[row] = greatestMagnitude(rows.values, rows.offsets[row]!, rows.offsets[row + 1]!) / MOST
    for (let at = rows.offsets[row]!; at < rows.offsets[row + 1]!; at++)
      if (packed(rows.values[at]!, scales[row]!) !== 0) kept++
  }
  const offsets = sharedIntegers(count + 1)
  const columns = columnArray(kept, columnCount)
  const values = new Int16Array(new SharedArrayBuffer(2 * kept))
  for (let row = 0, to = 0; row < count; row++) {
    for (let at = rows.offsets[row]!; at < rows.offsets[row + 1]!; at++) {
      const value = packed(rows.values[at]!, scales[row]!)
      if (value === 0) continue
      columns[to] = rows.columns[at]!
      values[to++] = value
    }
    offsets[row + 1] = to
  }
  return { offsets, columns, values, scales }
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

const packed = (value: number, scale: number) => (scale === 0 ? 0 : Math.round(value / scale))

function greatestMagnitude(values: Float32Array, from: number, end: number): number {
  let most = 0
  for (let at = from; at < end; at++) most = Math.max(most, Math.abs(values[at]!))
  return most
}

function columnArray(length: number, columns: number): Uint16Array | Int32Array {
  return columns <= 2 ** 16 ? new Uint16Array(new SharedArrayBuffer(2 * length)) : sharedIntegers(length)
}
