import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PutIndex } from './index.ts'

const records = (...ids: readonly string[]) => ids.map(id => ({ id, fields: '[]' }))

describe('the index of puts', () => {
  it('gives the puts that may have a record, the last first', () => {
    const index = new PutIndex()
    index.add(1, records('ann', 'ben'), 10)
    index.add(1, records('ann'), 11)
    index.add(2, records('ann'), 12)
    assert.deepEqual([...index.mayHave(1, 'ann')], [11, 10])
    assert.deepEqual([...index.mayHave(1, 'ben')], [10])
    assert.deepEqual([...index.mayHave(2, 'ann')], [12])
    assert.deepEqual([...index.mayHave(1, 'zoe')], [])
  })

  it('knows any number of records, in each call any number', () => {
    const index = new PutIndex()
    const ids = Array.from({ length: 300_000 }, (_, n) => `user-${n}`)
    index.add(1, records(...ids.slice(0, 5000)), 1)
    for (const [n, id] of ids.entries()) if (n >= 5000) index.add(1, records(id), n)
    assert.equal(index.size, 300_000)
    for (const [n, id] of ids.entries()) assert.ok([...index.mayHave(1, id)].includes(n < 5000 ? 1 : n), id)
  })

  it('forgets all of them at once', () => {
    const index = new PutIndex()
    for (let n = 0; n < 5000; n++) index.add(1, records(`${n}`), n)
    index.clear()
    assert.equal(index.size, 0)
    for (let n = 0; n < 5000; n++) assert.deepEqual([...index.mayHave(1, `${n}`)], [])
    index.add(1, records('ann'), 1)
    assert.deepEqual([...index.mayHave(1, 'ann')], [1])
  })
})
