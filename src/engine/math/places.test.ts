import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { firstWhere, placeIn } from './places.ts'
import { createRandom } from './random.ts'

describe('placeIn', () => {
  it('finds each number of a list, and no other', () => {
    const random = createRandom(5)
    for (const size of [0, 1, 2, 3, 64, 1000]) {
      const numbers = new Set(Array.from({ length: size }, () => Math.floor(random() * 5000)))
      const list = Int32Array.from(numbers).sort()
      for (let number = -1; number < 5000; number++) assert.equal(placeIn(list, number), list.indexOf(number))
    }
  })
})

describe('firstWhere', () => {
  it('finds where a condition begins to hold, at any place or at none', () => {
    for (const length of [0, 1, 2, 3, 64, 1000])
      for (const first of new Set([0, 1, length >> 1, length - 1, length].filter(at => at >= 0 && at <= length)))
        assert.equal(
          firstWhere(length, at => at >= first),
          first,
        )
  })
})
