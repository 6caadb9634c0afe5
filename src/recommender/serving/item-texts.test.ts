import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { ItemTexts } from './item-texts.ts'

describe('ItemTexts', () => {
  const score = fc.oneof(
    fc.integer({ min: 0, max: 1e7 }).map(units => units / 1e7),
    fc.integer({ min: 0, max: 1000 }).map(units => units / 1e7),
    fc.constantFrom(0, 1, Number.NaN),
  )
  const id = fc.oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
    fc.constantFrom('\ud800', '"'.repeat(256)),
  )

  it('writes what JSON.stringify writes, of any ids and scores, in lists one after the other', () => {
    const list = fc.array(fc.record({ item: fc.nat(), score, isExplored: fc.boolean() }), { maxLength: 60 })
    const shown = fc.record({ list, hasScores: fc.boolean(), hasReasons: fc.boolean() })
    fc.assert(
      fc.property(fc.array(id, { minLength: 1 }), fc.array(shown, { maxLength: 4 }), (ids, lists) => {
        const texts = new ItemTexts(item => ids[item]!)
        for (const { list, hasScores, hasReasons } of lists) {
          const items = Int32Array.from(list, ({ item }) => item % ids.length)
          const expected = list.map(({ score, isExplored }, at) => ({
            itemId: ids[items[at]!],
            ...(hasScores && !Number.isNaN(score) && { score }),
            ...(hasReasons && isExplored && { reason: ['Exploration'] }),
          }))
          const text = texts.write(items, {
            head: '{"itemId":',
            scores: hasScores ? Float64Array.from(list, ({ score }) => score) : undefined,
            explored: hasReasons ? Uint8Array.from(list, ({ isExplored }) => Number(isExplored)) : undefined,
          })
          assert.equal(text, JSON.stringify(expected))
        }
      }),
    )
  })

  it('has room for many ids', () => {
    const texts = new ItemTexts(item => `an item with a long name, the number ${item}`)
    const items = Int32Array.from({ length: 20_000 }, (_, item) => item)
    const expected = Array.from(items, item => ({ actionId: `an item with a long name, the number ${item}` }))
    for (const _time of [1, 2]) assert.equal(texts.write(items, { head: '{"actionId":' }), JSON.stringify(expected))
  })

  it('leaves lists to others that have a score which is no probability', () => {
    const texts = new ItemTexts(item => `item-${item}`)
    for (const score of [-0.1, 1.0000001, Number.POSITIVE_INFINITY])
      assert.equal(
        texts.write(Int32Array.of(1, 2), { head: '{"itemId":', scores: Float64Array.of(0.5, score) }),
        undefined,
      )
  })
})
