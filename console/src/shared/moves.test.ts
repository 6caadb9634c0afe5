import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { movesBetween, wordsForMoves } from './moves.ts'

describe('the moves between two lists', () => {
  it('say what went up and down, what is new and what is gone', () => {
    const { of, gone } = movesBetween(['a', 'b', 'c', 'd'], ['c', 'a', 'e', 'd'])
    assert.deepEqual(Object.fromEntries(of), {
      c: { kind: 'up', by: 2 },
      a: { kind: 'down', by: 1 },
      e: { kind: 'new' },
      d: { kind: 'same' },
    })
    assert.deepEqual(gone, ['b'])
    assert.equal(wordsForMoves({ of, gone }), '1 up, 1 down, 1 new, 1 gone')
  })

  it('are none for the first list', () => {
    assert.deepEqual(movesBetween(undefined, ['a']), { of: new Map(), gone: [] })
  })
})
