import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { STEPS_MAX, startBits, stepsBack, stepsOn } from './starts.ts'

describe('the bits of the starts of parts', () => {
  it('say how far a place is from the ends of its part', () => {
    const random = createRandom(1)
    for (const lengths of [[1], [32], [33, 31, 64], [0, 5, 0, 0, 3], [200, 1]]) {
      const more = Array.from({ length: 50 }, () => Math.floor(random() ** 3 * 90))
      const offsets = new Int32Array(lengths.length + more.length + 1)
      for (const [part, length] of [...lengths, ...more].entries()) offsets[part + 1] = offsets[part]! + length
      const bits = startBits(offsets)
      for (let place = 0; place < offsets.at(-1)!; place++) {
        const part = offsets.findLastIndex(offset => offset <= place)
        const [before, after] = [place - offsets[part]!, offsets[part + 1]! - 1 - place]
        assert.equal(Math.min(stepsBack(bits, place), STEPS_MAX + 1), Math.min(before, STEPS_MAX + 1))
        assert.equal(stepsOn(bits, place), Math.min(after, STEPS_MAX))
      }
    }
  })
})
