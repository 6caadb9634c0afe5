import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IdCounter } from './ids.ts'

describe('IdCounter', () => {
  it('counts the interactions of each id, and forgets the ids that are taken', () => {
    const counter = new IdCounter()
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) counter.add(id)
    assert.deepEqual(counter.distinct, { count: 3, isEstimate: false })
    assert.deepEqual(counter.first(2), [
      { id: 'a', count: 3 },
      { id: 'b', count: 2 },
    ])
    assert.deepEqual([counter.take('a'), counter.take('d')], [3, 0])
    assert.deepEqual(counter.distinct, { count: 2, isEstimate: false })
    assert.equal(counter.rows, 3)
    assert.deepEqual(
      counter.count(id => id === 'c'),
      { count: 1, isEstimate: false },
    )
  })

  it('counts some of too many ids, each of them exactly', () => {
    const counter = new IdCounter(1000)
    for (let round = 0; round < 3; round++) for (let n = 0; n < 20_000; n++) counter.add(`item ${n}`)
    const { count, isEstimate } = counter.distinct
    assert.ok(isEstimate && count > 17_000 && count < 23_000, `about ${count} of 20000`)
    assert.deepEqual([...counter.counts().keys()], [3])
    assert.ok(counter.first(1)[0]!.id.startsWith('item'))
    assert.ok(counter.isSampled(counter.first(1)[0]!.id))
  })
})
