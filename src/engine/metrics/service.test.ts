import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serviceMetrics } from './service.ts'

describe('serviceMetrics', () => {
  it("agrees with the guide's example: the second and the fifth of five are relevant", () => {
    const metrics = serviceMetrics([[10, 11, 12, 13, 14]], [new Set([11, 14])], 20)
    assert.equal(metrics.mean_reciprocal_rank_at_25, 1 / 2)
    assert.equal(metrics.precision_at_5, 2 / 5)
    assert.equal(metrics.precision_at_25, 2 / 25)
    // The guide rounds up from .62402.
    assert.ok(Math.abs(metrics.normalized_discounted_cumulative_gain_at_5 - 0.6241) < 1e-3)
    assert.equal(metrics.coverage, 5 / 20)
  })

  it('is the mean over requests, and 0 without any', () => {
    const metrics = serviceMetrics([[1], [2]], [new Set([1]), new Set([1])], 4)
    assert.equal(metrics.mean_reciprocal_rank_at_25, 0.5)
    assert.equal(metrics.coverage, 0.5)
    assert.ok(Object.values(serviceMetrics([], [], 0)).every(value => value === 0))
  })
})
