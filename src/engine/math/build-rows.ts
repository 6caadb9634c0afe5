import type { TeamJob } from '../team/part.ts'
import { runOnAllCores } from '../team/team.ts'
import { greatestSet } from './greatest.ts'
import { Growing } from './growing.ts'
import { Scores } from './scores.ts'
import { concatenateRows, type SparseRows } from './sparse.ts'

/** The row that is being built: `add` adds to a column, `addRow` a weighted row of another matrix. */
export type Sums = Pick<Scores, 'add' | 'addRow' | 'values'>

interface RowOptions {
  /** How many of its greatest entries a row keeps, all unless given. */
  readonly keep?: number | undefined
}

/** Builds a matrix a row at a time. */
export function buildRows(
  rows: number,
  columns: number,
  fill: (row: number, sums: Sums) => void,
  options?: RowOptions,
): SparseRows {
  return rowBuilder(columns, fill, options)(0, rows)
}

/** Returns a function that builds some rows of a matrix, from one up to another. */
export function rowBuilder(
  columns: number,
  fill: (row: number, sums: Sums) => void,
  { keep = columns }: RowOptions = {},
): (from: number, to: number) => SparseRows {
  const sums = new Scores(columns)
  return (from, to) => {
    const offsets = new Int32Array(to - from + 1)
    const entries = { columns: new Growing(new Int32Array(1024)), values: new Growing(new Float32Array(1024)) }
    for (let row = from; row < to; row++) {
      fill(row, sums)
      const { values } = sums
      const kept = greatestSet(sums.among(keep), values, keep)
      const [at, end] = [entries.columns.length, entries.columns.length + kept.length]
      entries.columns.extend(end).set(kept, at)
      const found = entries.values.extend(end)
      for (let one = 0; one < kept.length; one++) found[at + one] = values[kept[one]!]!
      sums.clear()
      offsets[row - from + 1] = end
    }
    return { offsets, columns: entries.columns.numbers.slice(), values: entries.values.numbers.slice() }
  }
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
