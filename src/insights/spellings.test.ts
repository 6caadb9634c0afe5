import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { looseId, spellingsOf } from './spellings.ts'

describe('spellingsOf', () => {
  it('finds values that differ by case and blanks only', () => {
    const values = ['Action', 'Drama', 'action', ' Action', 'Sci  Fi', 'Sci fi', 'Dramas']
    const found = spellingsOf(values.map((value, i) => ({ value, count: 10 - i })))
    assert.equal(found.groups, 2)
    assert.deepEqual(
      found.examples.map(group => group.map(({ value }) => value)),
      [
        ['Action', 'action', ' Action'],
        ['Sci  Fi', 'Sci fi'],
      ],
    )
  })
})

describe('looseId', () => {
  it('is the same for ids that differ by the usual changes of programs', () => {
    for (const [id, other] of [
      ['7', '7.0'],
      ['7', '007'],
      ['AB-1', 'ab-1'],
      ['x', ' x '],
      ['0', '0.0'],
    ])
      assert.equal(looseId(id!), looseId(other!))
    assert.notEqual(looseId('7'), looseId('70'))
    assert.notEqual(looseId('a.0'), looseId('a'))
  })
})
