import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, assert as check, constantFrom, property, string } from 'fast-check'
import { sortByText } from './sort-by-text.ts'

describe('sortByText', () => {
  it('sorts as Array.sort does, whatever the texts', () => {
    const prefix = constantFrom('', 'user-', 'user-1000')
    const text = string({ unit: 'binary' })
    check(
      property(prefix, array(text), (begin, ends) => {
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
