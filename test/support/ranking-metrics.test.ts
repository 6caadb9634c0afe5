import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hitRate, recall } from './ranking-metrics.ts'

/** Recommends items 1, 2, ..., n, the item's number being its position. */
const ranks = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('recall', () => {
  it('divides by all relevant ones: 3 of 4', () => assert.equal(recall(ranks(10), new Set([1, 5, 9, 11]), 10), 0.75))
  it('is 0 where nothing is relevant', () => assert.equal(recall(ranks(10), new Set(), 10), 0))
})

describe('hitRate', () => {
  it('is 1 with one relevant among the first k, 0 with none', () => {
    assert.equal(hitRate(ranks(10), new Set([10, 3]), 10), 1)
    assert.equal(hitRate(ranks(10), new Set([10]), 9), 0)
  })
})
