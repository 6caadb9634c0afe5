import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Marks } from './marks.ts'

describe('Marks', () => {
  it('has what was added since it was emptied, however great', () => {
    const marks = new Marks()
    for (const number of [3, 0, 5_000_000, 3]) marks.add(number)
    assert.deepEqual(
      [0, 1, 3, 4_999_999, 5_000_000, 9_000_000].map(number => marks.has(number)),
      [true, false, true, false, true, false],
    )
    marks.clear()
    assert.ok(![0, 3, 5_000_000].some(number => marks.has(number)))
    marks.add(1)
    assert.deepEqual(
      [1, 3].map(number => marks.has(number)),
      [true, false],
    )
  })
})
