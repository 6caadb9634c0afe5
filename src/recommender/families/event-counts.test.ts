import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import { openEventCounts } from './event-counts.ts'

const MOST = 20
const byNumber = (a: number, b: number) => a - b

describe('the events of items', () => {
  it('name the items with the most, whatever came in between', () => {
    const random = createRandom(5)
    const before = Array.from({ length: 200 }, () => Math.floor(10 * random()))
    const counts = openEventCounts(MOST, byNumber, item => before[item]!)
    const sums = before.slice()
    const came = new Set<number>()
    for (let event = 0; event < 3000; event++) {
      const item = Math.floor(200 * random() ** 2)
      counts.add(item, 0.5)
      sums[item]! += 0.5
      came.add(item)
      if (event % 7 > 0) continue
      const greatest = [...came].sort((a, b) => sums[b]! - sums[a]! || a - b).slice(0, MOST)
      assert.deepEqual([...counts.greatest()].sort(byNumber), greatest.sort(byNumber))
    }
    assert.equal(counts.of(0), sums[0]! - before[0]!)
    assert.equal(counts.of(1000), 0)
  })

  it('are the same list while events come of items that have far fewer', () => {
    const counts = openEventCounts(MOST, byNumber)
    for (let item = 0; item < 2 * MOST; item++) counts.add(item, 100 - item)
    const list = counts.list()
    for (let item = MOST; item < 10 * MOST; item++) counts.add(item, 0.5)
    assert.equal(counts.list(), list)
    counts.add(3 * MOST, 100)
    assert.ok(counts.list().includes(3 * MOST))
  })
})
