import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Question } from '../../interactions.ts'
import { popularityMetrics } from './popularity-metrics.ts'

const question = (
  history: readonly number[],
  targets: readonly number[],
  leftOut: readonly number[] = [],
): Question => ({
  user: 0,
  history: Int32Array.from(history),
  targets: Int32Array.from(targets),
  leftOut: Int32Array.from(leftOut),
})

describe('popularityMetrics', () => {
  const order = Int32Array.of(2, 0, 1, 3)

  it('measures the most popular items, without those that a user had where that is better', () => {
    const metrics = popularityMetrics(order, [question([2], [0]), question([2, 0], [1])], 4)
    assert.equal(metrics.mean_reciprocal_rank_at_25, 1)
    assert.equal(metrics.precision_at_5, 1 / 5)
  })

  it('keeps what a user had where users come back to it', () => {
    const metrics = popularityMetrics(order, [question([2], [2]), question([2, 0], [2])], 4)
    assert.equal(metrics.normalized_discounted_cumulative_gain_at_25, 1)
    assert.equal(metrics.coverage, 1)
  })

  it('never recommends what a request would leave out', () => {
    const metrics = popularityMetrics(order, [question([], [0], [2])], 4)
    assert.equal(metrics.mean_reciprocal_rank_at_25, 1)
    assert.equal(metrics.coverage, 3 / 4)
  })
})
