import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { meanOf, standardError } from './mean.ts'

describe('the mean', () => {
  it('is the sum by the number of the values, and 0 of none', () => {
    assert.equal(meanOf([1, 2, 6]), 3)
    assert.equal(meanOf(Float64Array.of(-1, 1)), 0)
    assert.equal(meanOf([]), 0)
  })

  it('has a standard error, which is the deviation by the root of the number', () => {
    assert.equal(standardError([1, 3, 1, 3]), 0.5)
    assert.equal(standardError([5, 5]), 0)
  })
})
