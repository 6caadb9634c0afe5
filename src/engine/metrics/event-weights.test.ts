import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { weighedGain } from './event-weights.ts'
import { ndcg } from './ranking.ts'

const user = (recommended: readonly number[], ...weights: readonly [item: number, weight: number][]) => ({
  recommended,
  weights: new Map(weights),
})

describe('weighedGain', () => {
  it('is what the guide has: 1.5 for what was bought, 0.5 for what was clicked', () => {
    assert.ok(Math.abs(weighedGain([user([7], [7, 0.3])], 0.2) - 1.5) < 1e-12)
    assert.ok(Math.abs(weighedGain([user([7], [7, 0.1])], 0.2) - 0.5) < 1e-12)
    assert.equal(weighedGain([user([8], [7, 0.3])], 0.2), 0)
  })

  it('is the gain without weights where all weigh the same', () => {
    const recommended = [4, 1, 3, 2, 9]
    const one = user(recommended, [1, 0.4], [2, 0.4], [5, 0.4])
    assert.ok(Math.abs(weighedGain([one], 0.4) - ndcg(recommended, new Set([1, 2, 5]), 25)) < 1e-12)
  })

  it('is the mean over the users, and 0 without any', () => {
    assert.ok(Math.abs(weighedGain([user([7], [7, 1]), user([8], [7, 1])], 1) - 0.5) < 1e-12)
    assert.equal(weighedGain([], 1), 0)
    assert.equal(weighedGain([user([7], [7, 0])], 0), 0)
  })
})
