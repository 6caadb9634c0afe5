/** A sparse matrix row after row (CSR): row i has columns[offsets[i] .. offsets[i+1]] and as many values. */
export type SparseRows = {
  readonly offsets: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
}

/** Adds to a column of the row that is being built. */
export type Add = (column: number, value: number) => void

/**
 * Builds a matrix a row at a time. `keep` is how many of its greatest entries a row keeps, all unless given; `finish`
 * gives an entry its final value when its row is complete, before the greatest are picked.
 */
export function buildRows(
  rows: number,
  columns: number,
  fill: (row: number, add: Add) => void,
  { keep = columns, finish }: { keep?: number; finish?: (row: number, column: number, sum: number) => number } = {},
): SparseRows {
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
  const offsets = new Int32Array(rows + 1)
  const built = new Growing()
  for (let row = 0; row < rows; row++) {
    count = 0
    fill(row, add)
    const all = list.subarray(0, count).sort()
    if (finish) for (const column of all) sums[column] = finish(row, column, sums[column]!)
    const kept = count > keep ? greatest(all, sums, keep).sort() : all
    for (const column of kept) built.push(column, sums[column]!)
    for (const column of all) sums[column] = met[column] = 0
    offsets[row + 1] = built.length
  }
  return { offsets, ...built.arrays() }
}

/** Columns and values that grow as entries come. */
class Growing {
  #columns = new Int32Array(1024)
  #values = new Float32Array(1024)
  length = 0

  push(column: number, value: number): void {
    if (this.length === this.#columns.length) {
      const [columns, values] = [new Int32Array(this.length * 2), new Float32Array(this.length * 2)]
      columns.set(this.#columns)
      values.set(this.#values)
      this.#columns = columns
      this.#values = values
    }
    this.#columns[this.length] = column
    this.#values[this.length++] = value
  }

  arrays() {
    return { columns: this.#columns.slice(0, this.length), values: this.#values.slice(0, this.length) }
  }
}

/**
 * Of each row of a dense matrix the `keep` entries of the greatest magnitude, in order of the columns; column j is called
 * names[j].
 */
export function greatestOfRows(
  rows: number,
  row: (i: number) => Float32Array,
  keep: number,
  names: Int32Array,
): SparseRows {
  const all = Int32Array.from(names, (_, j) => j)
  const magnitudes = new Float32Array(names.length)
  const kept = Math.min(keep, names.length)
  const [columns, values] = [new Int32Array(rows * kept), new Float32Array(rows * kept)]
  for (let i = 0; i < rows; i++) {
    const dense = row(i)
    for (let j = 0; j < names.length; j++) magnitudes[j] = Math.abs(dense[j]!)
    const chosen = kept < names.length ? greatest(all, magnitudes, kept).sort() : all
    for (let at = 0; at < kept; at++) {
      columns[i * kept + at] = names[chosen[at]!]!
      values[i * kept + at] = dense[chosen[at]!]!
    }
  }
  return { offsets: Int32Array.from({ length: rows + 1 }, (_, i) => i * kept), columns, values }
}

/** The rows of all matrices, those of the first one first. */
export function concatenateRows(matrices: readonly SparseRows[]): SparseRows {
  const entries = matrices.reduce((sum, { values }) => sum + values.length, 0)
  const rows = matrices.reduce((sum, { offsets }) => sum + offsets.length - 1, 0)
  const all = { offsets: new Int32Array(rows + 1), columns: new Int32Array(entries), values: new Float32Array(entries) }
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

/**
 * Those of the candidates with the greatest scores, `k` of them, the greatest first; of equal ones the lower number
 * first. A heap of k: n log k at worst, about n in practice.
 */
export function greatest(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  const heap = new Int32Array(Math.min(k, candidates.length))
  const worse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b)
  const sink = (at: number, size: number) => {
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && worse(heap[child + 1]!, heap[child]!)) child++
      if (!worse(heap[child]!, heap[at]!)) return
      const moved = heap[at]!
      heap[at] = heap[child]!
      heap[child] = moved
      at = child
    }
  }
  heap.set(candidates.subarray(0, heap.length))
  for (let at = heap.length >> 1; at >= 0; at--) sink(at, heap.length)
  for (let i = heap.length; i < candidates.length; i++) {
    if (heap.length === 0 || !worse(heap[0]!, candidates[i]!)) continue
    heap[0] = candidates[i]!
    sink(0, heap.length)
  }
  for (let size = heap.length - 1; size > 0; size--) {
    const worst = heap[0]!
    heap[0] = heap[size]!
    heap[size] = worst
    sink(0, size)
  }
  return heap
}
