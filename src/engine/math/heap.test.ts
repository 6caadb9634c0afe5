import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { heapify, sink } from './heap.ts'
import { createRandom } from './random.ts'

describe('a heap', () => {
  it('returns its entries in order, whatever the order in which they came', () => {
    const random = createRandom(8)
    for (let size = 0; size < 40; size++) {
      const numbers = Int32Array.from({ length: size }, () => Math.floor(random() * 20))
      const heap = numbers.slice()
      const taken: number[] = []
      heapify(heap, (a, b) => a < b)
      for (let left = heap.length; left > 0; ) {
        taken.push(heap[0]!)
        heap[0] = heap[--left]!
        sink(heap, 0, left, (a, b) => a < b)
      }
      assert.deepEqual(
        taken,
        [...numbers].sort((a, b) => a - b),
      )
    }
  })
})
