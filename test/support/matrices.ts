import { numbersIn, type Square, square } from '../../src/engine/math/dense.ts'
import { createRandom } from '../../src/engine/math/random.ts'

/** R Rᵀ + I for a random R: symmetric, positive definite. */
export function positiveDefinite(n: number): Float64Array {
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

/** Copies the matrix into a kernel's memory. The upper triangle is not read, and may hold anything. */
export function inKernel(A: ArrayLike<number>, n: number, columns = 0): Square {
  const matrix = square(n, columns)
  const data = numbersIn(matrix)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) data[i * matrix.stride + j] = i >= j ? A[i * n + j]! : Number.NaN
  return matrix
}

export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!))
  return worst
}
/** The rows of a matrix one after another, out of the kernel's memory. */
export function rowsOf(matrix: Square): Float32Array {
  const { n, stride } = matrix
  const data = numbersIn(matrix)
  const rows = new Float32Array(n * n)
  for (let i = 0; i < n; i++) rows.set(data.subarray(i * stride, i * stride + n), i * n)
  return rows
}
