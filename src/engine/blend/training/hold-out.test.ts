import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { historyOf } from '../../interactions.ts'
import { holdOut } from './hold-out.ts'

const sequences = Array.from({ length: 200 }, (_, user) => (user % 5 === 0 ? [user] : [user, 1, 2]))
const interactions = fromSequences(sequences)
const newest = () => 1

describe('holdOut', () => {
  const held = holdOut(interactions, { newcomers: 100, known: 20, test: 3, seed: 1, newest })

  it('holds out a tenth of those with two events and more whole, or as many as are wanted', () => {
    assert.equal(held.newcomers.length, 16)
    assert.equal(held.test.length, 3)
  })

  it('holds out the newest events of others', () => {
    assert.equal(held.known.length, 20)
    const all = [...held.newcomers, ...held.test, ...held.known]
    assert.equal(new Set(all).size, 39)
    assert.ok(all.every(user => user % 5 !== 0))
    for (let user = 0; user < 200; user++) {
      const left = held.known.includes(user) ? 1 : all.includes(user) ? 3 : 0
      assert.equal(historyOf(held.train, user).length, sequences[user]!.length - left)
    }
  })

  it('holds out nobody whole of fewer than a hundred users', () => {
    const few = fromSequences(sequences.slice(0, 50))
    const { newcomers, test, known } = holdOut(few, { newcomers: 9, known: 100, test: 9, seed: 1, newest })
    assert.deepEqual([newcomers.length, test.length, known.length], [0, 0, 40])
  })

  it('holds out all that so few users are measured by', () => {
    const long = Array.from({ length: 20 }, () => Array.from({ length: 80 }, (_, item) => item))
    const { train, known } = holdOut(fromSequences(long), { newcomers: 9, known: 100, test: 9, seed: 1, newest })
    for (const user of known) assert.equal(historyOf(train, user).length, 72)
  })

  it('holds out the same ones for the same seed', () => {
    const again = (seed: number) => holdOut(interactions, { newcomers: 100, known: 20, test: 3, seed, newest })
    assert.deepEqual(again(1), held)
    assert.notDeepEqual(again(2).test, held.test)
  })
})
