import { createRowsKernel } from './kernel.ts'
import { createMemory, memoryOf } from './memory.ts'
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
  const there = memoryOf(values.buffer)
  const room = 8 * columns
  const memory = createMemory(Math.max(1, room + (there ? 0 : values.byteLength)))
  const first = there ? values.byteOffset : room
  if (!there) new Int16Array(memory.buffer, room, values.length).set(values)
  const { addTwoRows } = createRowsKernel(memory, there ?? memory)
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
