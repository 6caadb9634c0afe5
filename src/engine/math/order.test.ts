import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { scratch } from './scratch.ts'

describe('nthGreatest', () => {
  it('is that of the numbers in order, however many are alike', () => {
    const random = createRandom(1)
    for (const different of [1, 2, 5, 1e9])
      for (const count of [1, 2, 3, 17, 200]) {
        const draw = () => (random() < 0.1 ? Number.NEGATIVE_INFINITY : Math.floor(random() * different))
        const numbers = Float64Array.from({ length: count }, draw)
        const inOrder = numbers.toSorted().reverse()
        const kernel = scratch(numbers.byteLength)
        for (let k = 1; k <= count; k++) {
          new Float64Array(kernel.memory.buffer, 0, count).set(numbers)
          assert.equal(kernel.nthGreatest(0, count, k), inOrder[k - 1])
        }
      }
  })
})
