import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { sortByText } from './sort-by-text.ts'

describe('sortByText', () => {
  it('sorts as Array.sort does, whatever the texts', () => {
    const prefix = fc.constantFrom('', 'user-', 'user-1000')
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(prefix, fc.array(text), (begin, ends) => {
        const rows = ends.map((end, place) => ({ text: begin + end, place }))
        const expected = rows.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
        assert.deepEqual(
          sortByText(rows, row => row.text),
          expected,
        )
      }),
    )
  })

  it('leaves rows alike in their order', () => {
    const rows = ['b1', 'a1', 'b2', 'a2', 'b3']
    assert.deepEqual(
      sortByText(rows, row => row[0]!),
      ['a1', 'a2', 'b1', 'b2', 'b3'],
    )
  })
})
