import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clearlyBest, meanOf, standardError } from './mean.ts'

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

describe('clearlyBest', () => {
  const first = Float64Array.of(0, 1, 0, 1)

  it('is the first one where the others are better by chance alone', () => {
    assert.equal(clearlyBest([first, Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 1, 1, 0)]), 0)
    assert.equal(clearlyBest([new Float64Array(0), new Float64Array(0)]), 0)
  })

  it('is the one that is better by most where that is more than chance', () => {
    assert.equal(clearlyBest([first, Float64Array.of(1, 2, 1, 1), Float64Array.of(2, 3, 2, 3)]), 2)
  })
})
