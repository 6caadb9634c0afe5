import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildRows, type Sums } from './build-rows.ts'
import { greatest, greatestSet } from './greatest.ts'
import { createRandom, sample } from './random.ts'
import { concatenateRows } from './sparse.ts'

const matrix = () =>
  buildRows(3, 4, (row, sums) => {
    if (row === 1) return
    sums.add(3, 1)
    sums.add(row, 2)
    sums.add(3, 4)
  })

describe('buildRows', () => {
  it('adds up what falls on one column, columns in rising order', () => {
    const { offsets, columns, values } = matrix()
    assert.deepEqual([...offsets], [0, 2, 2, 4])
    assert.deepEqual([...columns], [0, 3, 2, 3])
    assert.deepEqual([...values], [2, 5, 2, 5])
  })

  it('keeps the greatest values of a row, of equal ones those of the first columns, in rising order', () => {
    const value = (row: number, column: number) => 1 + ((7 * column + row) % 100)
    const fill = (row: number, sums: Sums) => {
      // The later blocks of columns are met first.
      for (let column = 1999; column >= 0; column--) sums.add(column, value(row, column))
    }
    const { offsets, columns } = buildRows(2, 2000, fill, { keep: 30 })
    for (const row of [0, 1]) {
      const all = Int32Array.from({ length: 2000 }, (_, column) => column)
      const sorted = all.toSorted((a, b) => value(row, b) - value(row, a) || a - b)
      assert.deepEqual([...columns.subarray(offsets[row], offsets[row + 1])], [...sorted.subarray(0, 30).sort()])
    }
  })
})

describe('sparse rows', () => {
  it('are put below one another', () => {
    const { offsets, columns } = concatenateRows([matrix(), matrix()])
    assert.deepEqual([...offsets], [0, 2, 2, 4, 6, 6, 8])
    assert.deepEqual([...columns], [0, 3, 2, 3, 0, 3, 2, 3])
  })
})

describe('greatest', () => {
  it('agrees with sorting, equal scores in the order of their numbers', () => {
    const random = createRandom(3)
    const scores = Float64Array.from({ length: 500 }, () => Math.floor(random() * 50))
    const all = Int32Array.from(scores, (_, i) => i)
    const sorted = [...all].sort((a, b) => scores[b]! - scores[a]! || a - b)
    for (const k of [0, 1, 2, 17, 500, 600]) assert.deepEqual([...greatest(all, scores, k)], sorted.slice(0, k))
  })

  it('is the same set without an order', () => {
    for (const equal of [1, 3, 50, 5000]) {
      const random = createRandom(equal)
      const scores = Float64Array.from({ length: 500 }, () => Math.floor(random() * equal) - equal / 3)
      const all = Int32Array.from({ length: 250 }, (_, i) => 2 * i)
      for (const k of [0, 1, 2, 17, 249, 250, 600])
        assert.deepEqual([...greatestSet(all, scores, k)], [...greatest(all, scores, k).sort()])
    }
  })
})

describe('random numbers', () => {
  it('are the same for a seed, others for another', () => {
    const numbers = (seed: number) => Array.from({ length: 5 }, createRandom(seed))
    assert.deepEqual(numbers(1), numbers(1))
    assert.notDeepEqual(numbers(1), numbers(2))
    assert.ok(numbers(1).every(number => number >= 0 && number < 1))
  })

  it('pick different numbers, in rising order, all where there are no more', () => {
    const picked = [...sample(100, 30, 1)]
    assert.equal(new Set(picked).size, 30)
    assert.deepEqual(
      picked,
      [...picked].sort((a, b) => a - b),
    )
    assert.deepEqual([...sample(3, 30, 1)], [0, 1, 2])
  })
})
