import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { SortedSet } from './sorted-set.ts'

describe('SortedSet', () => {
  it('returns its numbers in rising order, each once, and is empty then', () => {
    const random = createRandom(1)
    const set = new SortedSet(5000)
    const out = new Int32Array(5000)
    for (const count of [0, 1, 40, 3000]) {
      const numbers = Array.from({ length: count }, () => Math.floor(5000 * random()))
      set.addAll(Int32Array.of(7, ...numbers, 0, 31, 32, 1023, 1024, 4999, 8), 1, count + 7)
      const expected = [...new Set([...numbers, 0, 31, 32, 1023, 1024, 4999])].sort((a, b) => a - b)
      assert.deepEqual([...out.subarray(0, set.drain(out))], expected)
      assert.equal(set.drain(out), 0)
    }
  })
})
