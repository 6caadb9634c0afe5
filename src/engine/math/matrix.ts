import { createRowsKernel } from './kernel.ts'
import { createMemory, reachArrays } from './memory.ts'
import type { PackedMatrix } from './packed-rows.ts'

/**
 * Returns a function that sums up rows of a matrix, of `columns` numbers each: Σ scales[row] · the row. The result is
 * valid until the next call. Rows are read where they are if kernels reach that, else from a copy. It takes two rows at
 * a time, so the sums are read and written half as often.
 */
export function openMatrix(
  { values, scales }: PackedMatrix,
  columns: number,
): (rows: readonly number[]) => Float64Array {
  const { memory: there, addresses } = reachArrays([values])
  const first = addresses[0]!
  const memory = createMemory(8 * columns)
  const { addTwoRows } = createRowsKernel(memory, there)
  const sums = new Float64Array(memory.buffer, 0, columns)
  const addressOf = (row: number) => first + 2 * columns * row
  return rows => {
    sums.fill(0)
    for (let at = 0; at < rows.length; at += 2) {
      const [row, next] = [rows[at]!, rows[at + 1] ?? 0]
      const nextScale = at + 1 < rows.length ? scales[next]! : 0
      addTwoRows(0, addressOf(row), addressOf(next), scales[row]!, nextScale, columns)
    }
    return sums
  }
}
