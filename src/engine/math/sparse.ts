import { sharedFloats, sharedIntegers } from '../team/share.ts'

/** A sparse matrix row after row (CSR): row i has columns[offsets[i] .. offsets[i+1]] and as many values. */
export type SparseRows = {
  readonly offsets: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
}

/** An entry of a matrix; 0 where the row does not have the column, or there is no such row. */
export function entryOf({ offsets, columns, values }: SparseRows, row: number, column: number): number {
  const [from = 0, to = 0] = [offsets[row], offsets[row + 1]]
  for (let at = from; at < to; at++) if (columns[at] === column) return values[at]!
  return 0
}

/** The rows of all matrices, those of the first one first, in shared memory. */
export function concatenateRows(matrices: readonly SparseRows[]): SparseRows {
  const entries = matrices.reduce((sum, { values }) => sum + values.length, 0)
  const rows = matrices.reduce((sum, { offsets }) => sum + offsets.length - 1, 0)
  const all = { offsets: sharedIntegers(rows + 1), columns: sharedIntegers(entries), values: sharedFloats(entries) }
  let row = 0
  let entry = 0
  for (const { offsets, columns, values } of matrices) {
    for (let i = 1; i < offsets.length; i++) all.offsets[++row] = entry + offsets[i]!
    all.columns.set(columns, entry)
    all.values.set(values, entry)
    entry += values.length
  }
  return all
}
