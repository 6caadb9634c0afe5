import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import type { Recommendations } from '../serving/recommendations.ts'
import { promote } from './promotions.ts'

const some = (name: string, count: number, promotion?: string): Recommendations => {
  const ids = Array.from({ length: count }, (_, i) => `${name}${i}`)
  return { ids, promotions: ids.map(() => promotion) }
}
const found = some('found', 10)
const promoted = some('promoted', 10, 'sale')
const promotionsOf = ({ promotions = [] }: Recommendations) => promotions.filter(promotion => promotion === 'sale')

describe('promote', () => {
  it('gives promoted items their share of the places, rounded', () => {
    for (const [percent, count, expected] of [
      [100, 10, 10],
      [50, 10, 5],
      [25, 10, 3],
      [1, 10, 0],
      [30, 4, 1],
    ] as const) {
      const list = promote(found, promoted, count, percent)
      assert.equal(list.ids.length, count)
      assert.equal(promotionsOf(list).length, expected, `${percent} %`)
    }
  })

  it('keeps the order of both', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { ids } = promote(found, promoted, 10, 40, createRandom(seed))
      assert.deepEqual(
        ids.slice().filter(id => id.startsWith('found')),
        found.ids.slice(0, 6),
      )
      assert.deepEqual(
        ids.slice().filter(id => id.startsWith('promoted')),
        promoted.ids.slice(0, 4),
      )
    }
  })

  it('puts them at random places: any place may be a promoted item’s', () => {
    const places = new Set<number>()
    for (let seed = 1; seed <= 200; seed++)
      for (const [place, promotion] of promote(found, promoted, 10, 20, createRandom(seed)).promotions!.entries())
        if (promotion) places.add(place)
    assert.equal(places.size, 10)
  })

  it('leaves the other places to the others where too few are promoted', () => {
    assert.equal(promote(found, some('promoted', 2), 10, 50).ids.length, 10)
    assert.deepEqual(promote(found, some('promoted', 0), 10, 50).ids, found.ids)
    assert.deepEqual(promote(some('found', 0), promoted, 10, 30).ids, promoted.ids.slice(0, 3))
  })

  it('has an item once that is found and promoted, as promoted', () => {
    const list = promote(found, { ids: ['found0'], promotions: ['sale'] }, 5, 20)
    assert.deepEqual(list.ids.slice().sort(), ['found0', 'found1', 'found2', 'found3', 'found4'])
    assert.equal(list.promotions![list.ids.slice().indexOf('found0')], 'sale')
  })
})
