import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { buildRows } from './sparse.ts'
import { invert, invertSmall, multiplySparse, rowsOf, square } from './symmetric.ts'

/** R Rᵀ + I for a random R: symmetric, positive definite. */
function positiveDefinite(n: number): Float64Array {
  const random = createRandom(7)
  const R = Float64Array.from({ length: n * n }, () => random() - 0.5)
  const A = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) A[i * n + j]! += R[i * n + k]! * R[j * n + k]!
      if (i === j) A[i * n + j]! += 1
    }
  return A
}

function inKernel(A: Float64Array, n: number, entries = 0) {
  const matrix = square(n, entries)
  // The upper triangle is not read: it may hold anything.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) matrix.data[i * matrix.stride + j] = i >= j ? A[i * n + j]! : Number.NaN
  return matrix
}

function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!))
  return worst
}

describe('invert', () => {
  it('inverts [2 1; 1 2] to [2 −1; −1 2] / 3', () => {
    const matrix = inKernel(Float64Array.of(2, 1, 1, 2), 2)
    invert(matrix)
    assert.ok(worstDifference(rowsOf(matrix), [2 / 3, -1 / 3, -1 / 3, 2 / 3]) < 1e-6)
  })

  // One tile, a tile and a bit, a block and a bit, several blocks, more than a strip of 512 columns.
  for (const n of [1, 8, 13, 128, 131, 300, 530]) {
    it(`agrees with the plain sweep for n = ${n}`, () => {
      const A = positiveDefinite(n)
      const matrix = inKernel(A, n)
      invert(matrix)
      assert.ok(worstDifference(rowsOf(matrix), invertSmall(A, n)) < 1e-5)
    })
  }

  it('gives the same bits every time', () => {
    const [first, second] = [inKernel(positiveDefinite(150), 150), inKernel(positiveDefinite(150), 150)]
    invert(first)
    invert(second)
    assert.deepEqual(rowsOf(first), rowsOf(second))
  })

  it('refuses a matrix that is not positive definite', () => {
    assert.throws(() => invert(inKernel(Float64Array.of(1, 2, 2, 1), 2)), RangeError)
  })
})

describe('multiplySparse', () => {
  it('gives P M, with fewer columns than rows and an empty row', () => {
    const n = 21
    const P = positiveDefinite(n)
    const M = buildRows(n, 5, (row, add) => {
      if (row === 3) return
      add(row % 5, row)
      add((row + 2) % 5, 0.5)
    })
    const expected = new Float64Array(n * 5)
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++)
        for (let at = M.offsets[k]!; at < M.offsets[k + 1]!; at++)
          expected[i * 5 + M.columns[at]!]! += P[i * n + k]! * M.values[at]!
    const matrix = square(n, M.values.length)
    for (let i = 0; i < n; i++) matrix.data.set(P.subarray(i * n, i * n + n), i * matrix.stride)
    assert.ok(worstDifference(multiplySparse(matrix, M, 5), expected) < 1e-4)
  })
})
