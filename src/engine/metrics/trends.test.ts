import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { trendPredictionAccuracy } from './trends.ts'

const rises = new Map([
  [1, 30],
  [2, 10],
  [3, -20],
])

describe('trendPredictionAccuracy', () => {
  it('is 30 of 40 for the first of two that rose', () => assert.equal(trendPredictionAccuracy([1], rises), 0.75))
  it('is 1 for both', () => assert.equal(trendPredictionAccuracy([2, 1], rises), 1))
  it('takes off what fell, down to 0', () => {
    assert.equal(trendPredictionAccuracy([1, 3], rises), 0.25)
    assert.equal(trendPredictionAccuracy([2, 3], rises), 0)
  })
  it('is 0 where nothing rose', () => assert.equal(trendPredictionAccuracy([1], new Map([[1, 0]])), 0))
  it('looks at the first 25', () => {
    const others = Array.from({ length: 25 }, (_, at) => 100 + at)
    assert.equal(trendPredictionAccuracy([...others, 1], rises), 0)
  })
})
