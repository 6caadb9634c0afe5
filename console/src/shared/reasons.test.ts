import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sharesOf, wordsFor } from './reasons.ts'

describe('the reasons of an item', () => {
  it('are parts of all that speaks for it and against it', () => {
    const reasons = [
      { kind: 'event', event: { itemId: 'tent', eventType: 'view' }, contribution: 3 },
      { kind: 'floor', contribution: -20 },
      { kind: 'popularity', count: 12, contribution: 0 },
      { kind: 'properties', name: 'AGE: 18 to 25', contribution: -1 },
    ]
    assert.deepEqual(
      sharesOf(reasons).map(({ kind, share }) => [kind, share]),
      [
        ['event', 0.75],
        ['properties', -0.25],
      ],
    )
    assert.deepEqual(sharesOf([]), [])
  })

  it('have words, those of kinds that are not known too', () => {
    assert.equal(
      wordsFor({ kind: 'event', event: { itemId: 'tent', eventType: 'view' }, contribution: 1 }),
      'view tent',
    )
    assert.equal(wordsFor({ kind: 'event', event: { actionId: 'join', eventType: '' }, contribution: 1 }), 'event join')
    assert.equal(wordsFor({ kind: 'others', count: 7, contribution: 1 }), '7 more reasons')
    assert.equal(wordsFor({ kind: 'weather', contribution: 1 }), 'weather')
  })
})
