import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { startBits } from './starts.ts'

describe('the bits of the starts of parts', () => {
  it('are set where a part begins, and where the last one ends', () => {
    const random = createRandom(1)
    for (const lengths of [[1], [32], [33, 31, 64], [0, 5, 0, 0, 3], [200, 1]]) {
      const more = Array.from({ length: 50 }, () => Math.floor(random() ** 3 * 90))
      const offsets = new Int32Array(lengths.length + more.length + 1)
      for (const [part, length] of [...lengths, ...more].entries()) offsets[part + 1] = offsets[part]! + length
      const bits = startBits(offsets)
      const places = Array.from({ length: 32 * bits.length }, (_, at) => at - 32)
      assert.deepEqual(
        places.filter(place => (bits[(place >> 5) + 1]! >>> (place & 31)) & 1),
        [...new Set(offsets)],
      )
    }
  })
})
