import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countsOf, doublingBuckets, equalParts, quantilesOf } from './quantiles.ts'

describe('quantilesOf', () => {
  it('returns the value that a share of the numbers do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1)
    const expected = { min: 1, p25: 25, median: 50, p75: 75, p90: 90, p99: 99, max: 100 }
    assert.deepEqual(quantilesOf(countsOf(hundred)), expected)
    assert.deepEqual(quantilesOf(countsOf([7])), { min: 7, p25: 7, median: 7, p75: 7, p90: 7, p99: 7, max: 7 })
    assert.equal(quantilesOf(countsOf([])), undefined)
  })
})

describe('doublingBuckets', () => {
  it('counts in buckets that are twice as wide each time', () => {
    assert.deepEqual(doublingBuckets(countsOf([1, 1, 3, 8, 9])), [
      { from: 1, to: 1, count: 2 },
      { from: 2, to: 3, count: 1 },
      { from: 4, to: 7, count: 0 },
      { from: 8, to: 15, count: 2 },
    ])
    assert.deepEqual(doublingBuckets(countsOf([])), [])
  })
})

describe('equalParts', () => {
  it('counts in parts of equal width', () => {
    assert.deepEqual(equalParts([0, 1, 2, 3, 10], 5), [2, 2, 0, 0, 1])
    assert.deepEqual(equalParts([4, 4], 5), [2])
    assert.deepEqual(equalParts([], 5), [0])
  })
})
