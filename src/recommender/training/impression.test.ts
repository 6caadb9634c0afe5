import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { encodeDetails } from '../../datasets/encoding.ts'
import type { Field } from '../../datasets/schema.ts'
import { eachShown } from './impression.ts'

const fields = ['DEVICE', 'IMPRESSION', 'PLACE'].map((name): Field => {
  return { name, type: 'string', nullable: true, categorical: false, textual: false }
})
const shownIn = (details: string) => {
  const ids: string[] = []
  eachShown(details, (text, from, to) => ids.push(text.slice(from, to)))
  return ids
}

describe('the items that were shown with an event', () => {
  it('are those that the event was put with, in any characters and between any values', () => {
    const character = fc.oneof(fc.constantFrom('"', '\\', ':', ',', '{', '}', ' ', 'é', '\u2028'), fc.string())
    const text = fc.oneof(fc.constantFrom('IMPRESSION', '"IMPRESSION":"', '\\', 'a|b'), fc.string({ unit: character }))
    const id = text.map(text => text.replaceAll('|', '')).filter(text => text !== '')
    const ids = fc.array(id, { minLength: 1, maxLength: 25 })
    fc.assert(
      fc.property(text, ids, text, (device, ids, place) => {
        assert.deepEqual(shownIn(encodeDetails(fields, [device, ids.join('|'), place])), ids)
      }),
    )
  })

  it('are none where the event does not say', () => {
    for (const values of [
      [null, null, null],
      ['IMPRESSION', null, '"IMPRESSION":"'],
      ['web', null, 'IMPRESSION'],
    ])
      assert.deepEqual(shownIn(encodeDetails(fields, values)), [])
  })
})
