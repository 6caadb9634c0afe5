import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DistinctCounter, ValueCounter } from './values.ts'

describe('ValueCounter', () => {
  it('counts exactly while there are few values', () => {
    const counter = new ValueCounter()
    for (const value of ['a', 'b', 'a', 1, true, 'a', 1]) counter.add(value)
    assert.deepEqual(counter.distinct, { count: 4, isEstimate: false })
    assert.equal(counter.missed, 0)
    assert.deepEqual(counter.counts(), [
      { value: 'a', count: 3 },
      { value: 1, count: 2 },
      { value: 'b', count: 1 },
      { value: true, count: 1 },
    ])
  })

  it('keeps the frequent ones of too many values, counted too low by no more than it says', () => {
    const counter = new ValueCounter()
    for (let n = 0; n < 100_000; n++) counter.add(n % 10 === 0 ? 'often' : `value ${n}`)
    const [first] = counter.counts()
    assert.equal(first!.value, 'often')
    assert.ok(counter.missed > 0)
    assert.ok(first!.count <= 10_000 && first!.count >= 10_000 - counter.missed, `${first!.count} of 10000`)
    const { count, isEstimate } = counter.distinct
    assert.ok(isEstimate && count > 85_000 && count < 95_000, `about ${count} of 90001`)
  })

  it('holds no more than a million characters', () => {
    const counter = new ValueCounter()
    const long = 'x'.repeat(1000)
    for (let n = 0; n < 3000; n++) counter.add(`${n} ${long}`)
    assert.ok(counter.counts().length <= 1000)
    assert.deepEqual(counter.distinct, { count: 3000, isEstimate: false })
  })
})

describe('DistinctCounter', () => {
  it('is exact up to 4096 texts, and near beyond', () => {
    for (const [texts, tolerance] of [
      [4000, 0],
      [50_000, 0.06],
      [1_000_000, 0.06],
    ] as const) {
      const counter = new DistinctCounter()
      for (let n = 0; n < texts; n++) counter.add(`text ${n}`)
      const { count, isEstimate } = counter.distinct
      assert.equal(isEstimate, texts > 4096)
      assert.ok(Math.abs(count - texts) <= tolerance * texts, `${count} of ${texts}`)
    }
  })
})
