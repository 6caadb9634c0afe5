import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NOTHING_LEFT_OUT } from './left-out.ts'
import { Numbering } from './numbering.ts'
import { byPopularity, type Numbered } from './renumber.ts'

describe('items by popularity', () => {
  /** Three users, whose events are of the items that the letters name; one of them was shown d twice, and b. */
  function numbered(): Numbered {
    const numbering = new Numbering()
    const items = Int32Array.from('abcccbdc', letter => numbering.numberOf(letter))
    const events = {
      offsets: Int32Array.of(0, 3, 6, 8),
      items,
      times: Float64Array.from(items, (_, event) => event),
      weights: new Float32Array(items.length).fill(1),
      types: new Int32Array(items.length),
      eventTypes: ['view'],
      contexts: [],
      users: ['ann', 'ben', 'cat'],
      shown: new Map([
        [numbering.numberOf('d'), 2],
        [numbering.numberOf('b'), 1],
      ]),
      seq: 8,
      left: NOTHING_LEFT_OUT,
    }
    return { events, numbering }
  }
  const lettersOf = ({ events, numbering }: Numbered) =>
    Array.from(events.items, item => numbering.texts[item]).join('')

  it('have the lower numbers the more events they have, of equal ones those that came first', () => {
    const renumbered = byPopularity(numbered())
    assert.deepEqual(renumbered.numbering.texts, ['c', 'b', 'a', 'd'])
    assert.equal(lettersOf(renumbered), 'abcccbdc')
    const shown = new Map(
      [...renumbered.events.shown].map(([item, times]) => [renumbered.numbering.texts[item], times]),
    )
    assert.deepEqual(
      shown,
      new Map([
        ['d', 2],
        ['b', 1],
      ]),
    )
  })
})
