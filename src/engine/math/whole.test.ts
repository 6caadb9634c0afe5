import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createWholeKernel } from './descent-kernels.ts'
import { createMemory } from './memory.ts'
import { createRandom } from './random.ts'

/** This many rows are padded to whole tiles of four. */
const [ROWS, DEPTH, COLUMNS] = [6, 16, 24]
const PADDED = 8

/** A matrix of numbers between −1 and 1, some far smaller than others; its first row is 0. */
function matrix(rows: number, columns: number, seed: number): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: rows * columns }, (_, at) =>
    at < columns ? 0 : (2 * random() - 1) * 10 ** -(at % 4),
  )
}

/** A memory of numbers, and a function that takes room of it. */
function room() {
  const memory = createMemory(65_536)
  const data = new Float32Array(memory.buffer)
  // Room that nobody has written to may have any numbers.
  data.fill(Number.NaN)
  let size = 0
  const take = (numbers: number | Float32Array) => {
    const at = size
    size += typeof numbers === 'number' ? numbers : numbers.length
    if (typeof numbers !== 'number') data.set(numbers, at)
    return at
  }
  return { data, take, kernel: createWholeKernel(memory) }
}

/** D + A B, plainly. */
function expected(a: Float32Array, b: Float32Array, rows: number, depth: number, columns: number, base: Float32Array) {
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns]
    let sum = base[j]!
    for (let k = 0; k < depth; k++) sum += a[i * depth + k]! * b[k * columns + j]!
    return sum
  })
}

function isNear(found: Float32Array, wanted: readonly number[], apart: number): void {
  for (const [at, number] of wanted.entries())
    assert.ok(Math.abs(found[at]! - number) < apart, `${at}: ${found[at]}, not ${number}`)
}

describe('products of whole numbers', () => {
  it('are those of rows, to four digits', () => {
    const { data, take, kernel } = room()
    const [a, b] = [matrix(ROWS, DEPTH, 1), matrix(COLUMNS, DEPTH, 2)]
    const base = matrix(2, COLUMNS, 3).subarray(COLUMNS)
    const [A, B, D] = [take(a), take(b), take(base)]
    const [rows, rowScales] = [take((PADDED * DEPTH) / 2), take(PADDED)]
    const [columns, columnScales] = [take((COLUMNS * DEPTH) / 2), take(COLUMNS)]
    kernel.packRows(4 * rows, 4 * A, 4 * DEPTH, ROWS, 4, 4 * rowScales)
    kernel.packRows(4 * columns, 4 * B, 4 * DEPTH, COLUMNS, 8, 4 * columnScales)
    const C = take(PADDED * COLUMNS)
    for (let i = 0; i < ROWS; i += 4) {
      const [to, from] = [4 * (C + i * COLUMNS), 4 * rows + 2 * i * DEPTH]
      const scales = [4 * (rowScales + i), 4 * columnScales] as const
      kernel.multiplyWhole(to, 4 * COLUMNS, 4 * D, 0, from, 4 * columns, DEPTH / 2, COLUMNS / 8, ...scales)
    }
    const transposed = Float32Array.from(b, (_, at) => b[(at % COLUMNS) * DEPTH + Math.floor(at / COLUMNS)]!)
    isNear(data.subarray(C, C + ROWS * COLUMNS), expected(a, transposed, ROWS, DEPTH, COLUMNS, base), 3e-4)
  })

  it('are those of shares with columns, and of their transpose', () => {
    const { data, take, kernel } = room()
    // Odds of 0 or more, as of a softmax; each row is divided by its sum.
    const odds = matrix(PADDED, COLUMNS, 4).map((number, at) => (at < ROWS * COLUMNS ? Math.abs(number) : 0))
    const sums = Float32Array.from({ length: PADDED }, (_, i) =>
      odds.subarray(i * COLUMNS, (i + 1) * COLUMNS).reduce((a, b) => a + b, 0),
    )
    const chances = odds.map((number, at) => number / (sums[Math.floor(at / COLUMNS)]! || 1))
    const [u, v] = [matrix(ROWS, DEPTH, 5), matrix(COLUMNS, DEPTH, 6)]
    const [from, U, V] = [take(odds), take(u), take(v)]
    // Two rows that no vector is in: their chances are 0.
    take(2 * DEPTH)
    const rowFactors = take(sums.map(sum => (sum === 0 ? 0 : 32_767 / sum)))
    const rowScales = take(new Float32Array(PADDED).fill(1 / 32_767))
    const shares = take(sums.map(sum => (sum === 0 ? 0 : 1 / sum)))
    const columnSums = Float32Array.from({ length: COLUMNS }, (_, j) =>
      Array.from({ length: ROWS }, (_, i) => chances[i * COLUMNS + j]!).reduce((a, b) => a + b, 0),
    )
    const [columnScales, factors] = [take(columnSums), take(COLUMNS)]
    kernel.scalesOf(4 * columnScales, 4 * factors, 4 * COLUMNS)
    const [rows, columns] = [take((PADDED * COLUMNS) / 2), take((PADDED * COLUMNS) / 2)]
    const sides = [4 * rows, 4 * columns, 4 * from, 4 * COLUMNS, PADDED / 4] as const
    kernel.packBoth(...sides, 4 * rowFactors, 4 * shares, 4 * factors)
    const pack = (at: number, count: number, pairs: number) => {
      const [numbers, scales, own] = [take(pairs * DEPTH), take(DEPTH), take(DEPTH)]
      kernel.greatestOfColumns(4 * scales, 4 * at, 4 * DEPTH, count)
      kernel.scalesOf(4 * scales, 4 * own, 4 * DEPTH)
      kernel.packColumns(4 * numbers, 4 * at, 4 * DEPTH, pairs, 4 * own)
      return { numbers: 4 * numbers, scales: 4 * scales }
    }
    const [packedV, packedU] = [pack(V, COLUMNS, COLUMNS / 2), pack(U, ROWS, PADDED / 2)]
    const [zeros, byUser, byItem] = [take(new Float32Array(DEPTH)), take(PADDED * DEPTH), take(COLUMNS * DEPTH)]
    const multiply = (to: number, a: number, aScales: number, b: typeof packedV, pairs: number, count: number) => {
      for (let i = 0; i < count; i += 4) {
        const [C, A] = [4 * (to + i * DEPTH), 4 * a + 4 * i * pairs]
        const scales = [4 * (aScales + i), b.scales] as const
        kernel.multiplyWhole(C, 4 * DEPTH, 4 * zeros, 0, A, b.numbers, pairs, DEPTH / 8, ...scales)
      }
    }
    multiply(byUser, rows, rowScales, packedV, COLUMNS / 2, PADDED)
    multiply(byItem, columns, columnScales, packedU, PADDED / 2, COLUMNS)
    const none = new Float32Array(DEPTH)
    isNear(data.subarray(byUser, byUser + ROWS * DEPTH), expected(chances, v, ROWS, COLUMNS, DEPTH, none), 1e-4)
    const transposed = Float32Array.from({ length: COLUMNS * ROWS }, (_, at) => {
      return chances[(at % ROWS) * COLUMNS + Math.floor(at / ROWS)]!
    })
    isNear(data.subarray(byItem, byItem + COLUMNS * DEPTH), expected(transposed, u, COLUMNS, ROWS, DEPTH, none), 1e-4)
  })
})
