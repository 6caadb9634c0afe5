import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { DEPTH_MAX, isTooDeep } from './depth.ts'

const nested = (depth: number, [open, close]: readonly [string, string], inside = '') =>
  open.repeat(depth) + inside + close.repeat(depth)
const FORMS = [
  ['[', ']'],
  ['[ \n', ' ]'],
  ['{"a":', '}'],
  ['{"\\"[": [0, ', ']}'],
] as const

describe('isTooDeep', () => {
  for (const form of FORMS) {
    const levels = form[0].endsWith(', ') ? 2 : 1
    it(`allows ${DEPTH_MAX} of ${form.join('…')}, and not one more`, () => {
      const at = (depth: number) => nested(Math.floor(depth / levels), form, depth % levels ? '[1]' : '1')
      assert.equal(isTooDeep(at(DEPTH_MAX)), false)
      assert.equal(isTooDeep(at(DEPTH_MAX + 1)), true)
      assert.equal(isTooDeep(`{"wide": [${'[1],'.repeat(1000)}1], "x": "${'[{'.repeat(1000)}"}`), false)
    })
  }

  it('agrees with the depth of the values of valid JSON', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    const value = fc.tuple(fc.jsonValue({ maxDepth: 12 }), fc.nat(110), fc.constantFrom(...FORMS.slice(0, 3)))
    fc.assert(
      fc.property(value, ([value, depth, form]) => {
        const text = nested(depth, form, `[${JSON.stringify(value)}, "${'[{'.repeat(60)}"]`)
        assert.equal(isTooDeep(text), depthOf(JSON.parse(text)) > DEPTH_MAX)
      }),
    )
  })

  it('returns for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a') }), text => {
        assert.equal(typeof isTooDeep(text.repeat(50)), 'boolean')
      }),
    )
  })
})
