import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Places } from './places.ts'
import { createRandom } from './random.ts'

describe('Places', () => {
  it('finds each number of a list, and no other', () => {
    const random = createRandom(5)
    for (const size of [0, 1, 2, 3, 64, 1000]) {
      const list = Int32Array.from(new Set(Array.from({ length: size }, () => Math.floor(random() * 5000))))
      const places = new Places(list)
      for (let number = 0; number < 5000; number++) assert.equal(places.of(number), list.indexOf(number))
    }
  })

  it('finds numbers that hash alike, in whatever order they came', () => {
    const list = Int32Array.from({ length: 512 }, (_, i) => i * 4096)
    for (const order of [list, list.toReversed()]) {
      const places = new Places(order)
      for (let number = 0; number < 512 * 4096; number += 2048) assert.equal(places.of(number), order.indexOf(number))
    }
  })
})
