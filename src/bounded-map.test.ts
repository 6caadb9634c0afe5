import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BoundedMap } from './bounded-map.ts'
import { createRandom } from './engine/math/random.ts'

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

  it('takes out the oldest, and has the others in their order, as a Map with as many would', () => {
    const random = createRandom(1)
    const [map, plain] = [new BoundedMap<number, number>(8), new Map<number, number>()]
    const first = () => plain.entries().next().value
    for (let n = 0; n < 5000; n++) {
      const key = Math.floor(random() * 20)
      if (random() < 0.2) {
        assert.deepEqual(map.shift(), first())
        plain.delete(first()?.[0] ?? -1)
        continue
      }
      map.set(key, n)
      plain.delete(key)
      plain.set(key, n)
      if (plain.size > 8) plain.delete(first()![0])
      assert.deepEqual([map.size, ...map.values()], [plain.size, ...plain.values()])
      assert.deepEqual([map.get(key), map.get(20 - key)], [plain.get(key), plain.get(20 - key)])
    }
  })
})
