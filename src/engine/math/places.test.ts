import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { placeIn } from './places.ts'
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
