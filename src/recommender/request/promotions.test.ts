import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import { promote } from './promotions.ts'

const some = (name: string, count: number, promotionName?: string) =>
  Array.from({ length: count }, (_, i) => ({ id: `${name}${i}`, promotionName }))
const found = some('found', 10)
const promoted = some('promoted', 10, 'sale')
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)

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
      assert.equal(list.length, count)
      assert.equal(list.filter(({ promotionName }) => promotionName === 'sale').length, expected, `${percent} %`)
    }
  })

  it('keeps the order of both', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const ids = idsOf(promote(found, promoted, 10, 40, createRandom(seed)))
      assert.deepEqual(
        ids.filter(id => id.startsWith('found')),
        idsOf(found.slice(0, 6)),
      )
      assert.deepEqual(
        ids.filter(id => id.startsWith('promoted')),
        idsOf(promoted.slice(0, 4)),
      )
    }
  })

  it('puts them at random places: any place may be a promoted item’s', () => {
    const places = new Set<number>()
    for (let seed = 1; seed <= 200; seed++)
      for (const [place, { promotionName }] of promote(found, promoted, 10, 20, createRandom(seed)).entries())
        if (promotionName) places.add(place)
    assert.equal(places.size, 10)
  })

  it('leaves the other places to the others where too few are promoted', () => {
    assert.equal(promote(found, promoted.slice(0, 2), 10, 50).length, 10)
    assert.deepEqual(idsOf(promote(found, [], 10, 50)), idsOf(found))
    assert.deepEqual(idsOf(promote([], promoted, 10, 30)), idsOf(promoted.slice(0, 3)))
  })

  it('has an item once that is found and promoted, as promoted', () => {
    const both = { id: 'found0', promotionName: 'sale' }
    const list = promote(found, [both], 5, 20)
    assert.deepEqual(idsOf(list).toSorted(), ['found0', 'found1', 'found2', 'found3', 'found4'])
    assert.equal(list.find(({ id }) => id === 'found0')!.promotionName, 'sale')
  })
})
