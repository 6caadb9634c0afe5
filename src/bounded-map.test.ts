import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BoundedMap } from './bounded-map.ts'

describe('BoundedMap', () => {
  it('forgets the entry that was set longest ago', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    assert.deepEqual(
      ['a', 'b', 'c'].map(key => map.get(key)),
      [undefined, 2, 3],
    )
  })

  it('takes an entry that is set again for the newest', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 4)
    map.set('c', 3)
    assert.deepEqual(
      ['a', 'b', 'c'].map(key => map.get(key)),
      [4, undefined, 3],
    )
  })
})
