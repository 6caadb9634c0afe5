import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { inKernel, positiveDefinite, worstDifference } from '#test/matrices.ts'
import { threadCount, useThreads } from '../team/team.ts'
import { invertSmall, numbersIn } from './dense.ts'
import { solve } from './solve.ts'

const usual = threadCount()
after(() => useThreads(usual))

const R = (n: number, m: number) => Float64Array.from({ length: n * m }, (_, at) => ((at * 31) % 17) / 16)

function solved(A: ArrayLike<number>, n: number, right: ArrayLike<number>): Float32Array {
  const m = right.length / n
  const matrix = inKernel(A, n, m)
  const data = numbersIn(matrix)
  const at = (i: number) => matrix.right + i * matrix.rightStride
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) data[at(i) + j] = right[i * m + j]!
  solve(matrix)
  return Float32Array.from({ length: n * m }, (_, x) => data[at(Math.floor(x / m)) + (x % m)]!)
}

describe('solve', () => {
  it('finds that [2 1; 1 2] X = [3; 3] has the solution [1; 1]', () => {
    assert.ok(worstDifference(solved([2, 1, 1, 2], 2, [3, 3]), [1, 1]) < 1e-6)
  })

  // One tile, a block and a bit, several blocks; one column, more than a strip of 512 of them.
  for (const [n, m] of [
    [1, 1],
    [13, 5],
    [131, 1],
    [128, 40],
    [300, 530],
    [530, 30],
  ] as const) {
    it(`agrees with the plain inverse for n = ${n} and m = ${m}`, () => {
      const A = positiveDefinite(n)
      const [inverse, right] = [invertSmall(A, n), R(n, m)]
      const expected = new Float64Array(n * m)
      for (let i = 0; i < n; i++)
        for (let k = 0; k < n; k++)
          for (let j = 0; j < m; j++) expected[i * m + j]! += inverse[i * n + k]! * right[k * m + j]!
      assert.ok(worstDifference(solved(A, n, right), expected) < 1e-4)
    })
  }

  it('returns the same bits on however many threads', () => {
    const A = positiveDefinite(400)
    const solutions = [1, 2, 4].map(threads => {
      useThreads(threads)
      return solved(A, 400, R(400, 300))
    })
    for (const solution of solutions) assert.deepEqual(solution, solutions[0])
  })

  it('refuses a matrix that is not positive definite', () => {
    assert.throws(() => solved([1, 2, 2, 1], 2, [1, 1]), RangeError)
  })
})
