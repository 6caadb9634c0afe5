import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PutIndex } from './put-index.ts'

describe('the index of puts', () => {
  it('returns the puts that may have an id, the last first', () => {
    const index = new PutIndex()
    index.add(1, 'ann', 10)
    index.add(1, 'ben', 10)
    for (const id of ['ann', 'cid', 'ann']) index.add(1, id, 11)
    index.add(2, 'ann', 12)
    assert.deepEqual([...index.mayHave(1, 'ann')], [11, 10])
    assert.deepEqual([...index.mayHave(1, 'ben')], [10])
    assert.deepEqual([...index.mayHave(2, 'ann')], [12])
    assert.deepEqual([...index.mayHave(1, 'zoe')], [])
    for (const [id, has] of [
      ['ann', true],
      ['ben', true],
      ['zoe', false],
    ] as const)
      assert.equal(index.hasAny(1, id), has)
  })

  it('knows any number of ids, in each call any number', () => {
    const index = new PutIndex()
    const ids = Array.from({ length: 300_000 }, (_, n) => `user-${n}`)
    for (const [n, id] of ids.entries()) index.add(1, id, n < 5000 ? 1 : n)
    assert.equal(index.size, 300_000)
    for (const [n, id] of ids.entries()) assert.ok([...index.mayHave(1, id)].includes(n < 5000 ? 1 : n), id)
  })

  it('forgets all of them at once', () => {
    const index = new PutIndex()
    for (let n = 0; n < 5000; n++) index.add(1, `${n}`, n)
    index.clear()
    assert.equal(index.size, 0)
    for (let n = 0; n < 5000; n++) assert.deepEqual([...index.mayHave(1, `${n}`)], [])
    index.add(1, 'ann', 1)
    assert.deepEqual([...index.mayHave(1, 'ann')], [1])
  })
})
