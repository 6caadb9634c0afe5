import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { classNameOf, classOf, edgesOf } from './number-classes.ts'

describe('edgesOf', () => {
  it('puts about as many numbers into each class', () => {
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    assert.deepEqual(edgesOf(numbers, 4), [25, 50, 75])
  })
  it('makes a class of each number where these are few, up to half way to the next', () => {
    assert.deepEqual(edgesOf([8, 20, 8, 12], 4), [10, 16])
    assert.deepEqual(edgesOf([1, 2, 3], 3), [2, 3])
    assert.deepEqual(edgesOf([0.5, 1], 4), [0.75])
  })
  it('has a single class of one number or none', () => {
    assert.deepEqual(edgesOf([5, 5], 4), [])
    assert.deepEqual(edgesOf([], 4), [])
  })
  it('makes no class twice where many numbers are the same', () => {
    const numbers = [...Array(90).fill(0), ...Array.from({ length: 10 }, (_, n) => n + 1)]
    assert.deepEqual(edgesOf(numbers, 10), [1])
  })
})

describe('classOf', () => {
  const edges = [10, 16]
  it('is the nearest class of a number beyond all', () => {
    assert.deepEqual(
      [-1000, 9, 10, 15.5, 16, 1000].map(number => classOf(edges, number)),
      [0, 0, 1, 1, 2, 2],
    )
  })
  it('has a name', () => {
    assert.deepEqual(
      [0, 1, 2].map(at => classNameOf(edges, at)),
      ['below 10', '10 to 16', '16 or more'],
    )
    assert.equal(classNameOf([], 0), 'any number')
  })
})
