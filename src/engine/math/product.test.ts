import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { positiveDefinite, worstDifference } from '#test/matrices.ts'
import { sharedFloats } from '../team/share.ts'
import { buildRows } from './build-rows.ts'
import { numbersIn, square } from './dense.ts'
import { greatestOfRows, multiplySparse } from './product.ts'

describe('greatestOfRows', () => {
  it('keeps the entries of the greatest magnitude of dense rows, with the names of their columns', () => {
    const data = sharedFloats(8)
    data.set([1, -5, 3, 99, 0, 2, -1, 99])
    const kept = { keep: 2, names: Int32Array.of(10, 20, 30) }
    const { offsets, columns, values } = greatestOfRows({ data, at: 0, stride: 4, rows: 2 }, kept)
    assert.deepEqual([...offsets], [0, 2, 4])
    assert.deepEqual([...columns], [20, 30, 20, 30])
    assert.deepEqual([...values], [-5, 3, 2, -1])
  })
})

describe('multiplySparse', () => {
  it('returns P M, with fewer columns than rows and an empty row', () => {
    const n = 70
    const P = positiveDefinite(n)
    const M = buildRows(n, 5, (row, sums) => {
      if (row === 3) return
      sums.add(row % 5, row)
      sums.add((row + 2) % 5, 0.5)
    })
    const expected = new Float64Array(n * 5)
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++)
        for (let at = M.offsets[k]!; at < M.offsets[k + 1]!; at++)
          expected[i * 5 + M.columns[at]!]! += P[i * n + k]! * M.values[at]!
    const matrix = square(n, 0, { entries: M.values.length, columns: 5 })
    for (let i = 0; i < n; i++) numbersIn(matrix).set(P.subarray(i * n, i * n + n), i * matrix.stride)
    const product = multiplySparse(matrix, M, { keep: 5, names: Int32Array.of(0, 1, 2, 3, 4) })
    assert.ok(worstDifference(product.values, expected) < 1e-3)
  })
})
