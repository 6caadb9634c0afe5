import type { TeamJob } from '../team/part.ts'
import { sharedFloats, sharedIntegers } from '../team/share.ts'
import { runOnAllCores } from '../team/team.ts'
import { greatestSet } from './greatest.ts'
import { Growing } from './growing.ts'

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

/** Adds to a column of the row that is being built. */
export type Add = (column: number, value: number) => void

export interface RowOptions {
  /** How many of its greatest entries a row keeps, all unless given. */
  readonly keep?: number | undefined
  /** Returns an entry's final value when its row is complete, before the greatest are picked. */
  readonly finish?: ((row: number, column: number, sum: number) => number) | undefined
}

/** Builds a matrix a row at a time. */
export function buildRows(
  rows: number,
  columns: number,
  fill: (row: number, add: Add) => void,
  options?: RowOptions,
): SparseRows {
  return rowBuilder(columns, fill, options)(0, rows)
}

/** Returns a function that builds some rows of a matrix, from one up to another. */
export function rowBuilder(
  columns: number,
  fill: (row: number, add: Add) => void,
  { keep = columns, finish }: RowOptions = {},
): (from: number, to: number) => SparseRows {
  const sums = new Float64Array(columns)
  const met = new Uint8Array(columns)
  const list = new Int32Array(columns)
  let count = 0
  const add: Add = (column, value) => {
    if (met[column] === 0) {
      met[column] = 1
      list[count++] = column
    }
    sums[column]! += value
  }
  return (from, to) => {
    const offsets = new Int32Array(to - from + 1)
    const entries = { columns: new Growing(new Int32Array(1024)), values: new Growing(new Float32Array(1024)) }
    for (let row = from; row < to; row++) {
      count = 0
      fill(row, add)
      const all = inOrder(list, count, met)
      if (finish) for (const column of all) sums[column] = finish(row, column, sums[column]!)
      const kept = count > keep ? greatestSet(all, sums, keep) : all
      for (const column of kept) {
        entries.columns.push(column)
        entries.values.push(sums[column]!)
      }
      for (const column of all) sums[column] = met[column] = 0
      offsets[row - from + 1] = entries.columns.length
    }
    return { offsets, columns: entries.columns.numbers.slice(), values: entries.values.numbers.slice() }
  }
}

/** The first `count` numbers of the list, sorted. If they are many, it goes through `met` instead of sorting. */
function inOrder(list: Int32Array, count: number, met: Uint8Array): Int32Array {
  if (count * 16 < met.length) return list.subarray(0, count).sort()
  let at = 0
  for (let column = 0; column < met.length; column++) if (met[column] === 1) list[at++] = column
  return list.subarray(0, count)
}

/** A job that builds the rows of a matrix; the shared data say how many there are. */
export function rowsJob<Shared extends { readonly rows: number }>(
  module: string,
  name: string,
  builderOf: (shared: Shared) => (from: number, to: number) => SparseRows,
): TeamJob<Shared, SparseRows> {
  return {
    module,
    name,
    begin(shared) {
      const build = builderOf(shared)
      const size = rowsAtOnce(shared.rows)
      return (_phase, chunk) => build(chunk * size, Math.min((chunk + 1) * size, shared.rows))
    },
  }
}

/** All rows of a matrix, built on all cores; it takes about this many additions. */
export function buildTogether<Shared extends { readonly rows: number }>(
  job: TeamJob<Shared, SparseRows>,
  shared: Shared,
  additions: number,
): SparseRows {
  return concatenateRows(
    runOnAllCores(job, shared, [Math.ceil(shared.rows / rowsAtOnce(shared.rows))], ADDITION * additions),
  )
}

/** The cost of an addition, with its part of the work on a row when it is complete. */
const ADDITION = 5
const CHUNKS = 128
const rowsAtOnce = (rows: number) => Math.max(1, Math.ceil(rows / CHUNKS))

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
