import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { meanOf } from '../../math/mean.ts'
import { scoreByEvents } from './cold-items-by-events.ts'
import { orderBy } from './rank.ts'

const ITEMS = 1000
/** Item 0 has 1 event, item 999 has 1000; nobody had items 1000 to 1009. */
const counts = Float64Array.from({ length: ITEMS + 10 }, (_, item) => (item < ITEMS ? item + 1 : 0))
const scoreOf = (item: number) => Math.log(counts[item]! / ITEMS + 0.01)

function byEvents(history: readonly number[] = []) {
  const scoresOf = (items: Int32Array) => Float64Array.from(items, scoreOf)
  const answered = { scoresOf, counts, order: orderBy(counts).items, floor: 0.01 }
  return scoreByEvents({ history: Int32Array.from(history) }, answered)
}

describe('the score of an item by its events', () => {
  it('is that of items with about as many', () => {
    const score = byEvents()
    for (const events of [20, 100, 400, 700]) {
      const [least, most] = [scoreOf(events / 1.25), scoreOf(events * 1.25)]
      assert.ok(score(events) > least && score(events) < most, `${events}: ${score(events)}`)
    }
  })

  it('is that of the most popular for an item with more than any', () => {
    const score = byEvents()
    assert.ok(Math.abs(score(1e6) - meanOf(Array.from({ length: 10 }, (_, n) => scoreOf(ITEMS - 1 - n)))) < 1e-9)
  })

  it('is that of the least popular for one with fewer than any, without those that nobody had', () => {
    const score = byEvents()
    assert.ok(Math.abs(score(0.1) - meanOf(Array.from({ length: 10 }, (_, item) => scoreOf(item)))) < 1e-9)
  })

  it('rises with the events', () => {
    const scores = [1, 10, 50, 200, 500, 900].map(byEvents())
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => a - b),
    )
  })

  it('is not of items that the user had', () => {
    const had = Array.from({ length: 20 }, (_, n) => ITEMS - 1 - n)
    assert.ok(byEvents(had)(1e6) < scoreOf(ITEMS - 20))
    assert.equal(byEvents(Array.from({ length: ITEMS }, (_, item) => item))(500), Math.log(0.01))
  })
})
