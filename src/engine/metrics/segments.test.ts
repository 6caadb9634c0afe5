import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { segmentMetrics, segmentSize } from './segments.ts'

describe('segmentMetrics', () => {
  it('looks at the first hundredth of the users: 2 of 200', () => {
    assert.equal(segmentSize(200), 2)
    const metrics = segmentMetrics(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [new Set([1, 2]), new Set([5, 6, 7, 8])],
      200,
    )
    assert.deepEqual(metrics, { coverage: 4 / 200, hit_at_k: (2 + 1) / 2, recall_at_k: (1 + 1 / 4) / 2 })
  })

  it('leaves out items that nobody interacted with', () => {
    assert.equal(segmentMetrics([[1], [2]], [new Set([1]), new Set()], 50).recall_at_k, 1)
  })

  it('is 0 of nothing', () => {
    assert.deepEqual(segmentMetrics([], [], 0), { coverage: 0, hit_at_k: 0, recall_at_k: 0 })
  })
})
