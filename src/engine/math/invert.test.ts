import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { inKernel, positiveDefinite, rowsOf, worstDifference } from '#test/matrices.ts'
import { threadCount, useThreads } from '../team/team.ts'
import { invertSmall } from './dense.ts'
import { invert } from './invert.ts'

const usual = threadCount()
after(() => useThreads(usual))

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

  it('returns the same bits every time, on however many threads', () => {
    const A = positiveDefinite(530)
    const inverses = [1, 1, 2, 4].map(threads => {
      useThreads(threads)
      const matrix = inKernel(A, 530)
      invert(matrix)
      return rowsOf(matrix)
    })
    for (const inverse of inverses) assert.deepEqual(inverse, inverses[0])
  })

  it('refuses a matrix that is not positive definite', () => {
    assert.throws(() => invert(inKernel(Float64Array.of(1, 2, 2, 1), 2)), RangeError)
  })
})
