import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences, historyOf } from '../interactions.ts'
import { holdOut, laterEvents, newestShare, questionsAt } from './questions.ts'

const sequences = Array.from({ length: 50 }, (_, user) => (user % 5 === 0 ? [user] : [user, 1, 2]))
const interactions = fromSequences(sequences)
const plain = (questions: ReturnType<typeof nextEvents>) =>
  questions.map(({ history, targets }) => [[...history], [...targets]])

describe('holdOut', () => {
  const held = holdOut(interactions, { validation: 100, test: 3 }, 1)

  it('holds out a tenth of those with two events and more for either, or as many as are wanted', () => {
    assert.equal(held.validation.length, 4)
    assert.equal(held.test.length, 3)
    const all = [...held.validation, ...held.test]
    assert.equal(new Set(all).size, 7)
    assert.ok(all.every(user => user % 5 !== 0))
    for (let user = 0; user < 50; user++)
      assert.equal(historyOf(held.train, user).length, all.includes(user) ? 0 : sequences[user]!.length)
  })

  it('holds out the same ones for the same seed', () => {
    assert.deepEqual(holdOut(interactions, { validation: 100, test: 3 }, 1), held)
    assert.notDeepEqual(holdOut(interactions, { validation: 100, test: 3 }, 2).test, held.test)
  })
})

describe('questions', () => {
  it('ask for the newest events one by one', () => {
    assert.deepEqual(plain(nextEvents(interactions, undefined, Int32Array.of(1, 5), 4)), [
      [[1, 1], [2]],
      [[1], [1]],
    ])
  })

  it('ask for all that comes after the first events, where anything does', () => {
    assert.deepEqual(plain(laterEvents(interactions, undefined, Int32Array.of(1, 5), 1)), [[[1], [1, 2]]])
  })

  it('ask for the newest tenth from the oldest nine', () => {
    const long = fromSequences([Array.from({ length: 25 }, (_, item) => item)])
    const [question] = newestShare(long, undefined, Int32Array.of(0), 0.1)
    assert.deepEqual([question!.history.length, [...question!.targets]], [23, [23, 24]])
  })

  it('carry weights, properties and the context of the event that is asked for', () => {
    const known = {
      ...interactions,
      weights: Float32Array.from(interactions.sequence, (_, event) => event),
      contexts: { values: [['phone', 'desk']], classes: Int32Array.from(interactions.sequence, (_, e) => (e % 3) - 1) },
    }
    const [question] = nextEvents(known, [[], ['f']], Int32Array.of(1), 1)
    assert.deepEqual([...question!.weights!], [1, 2])
    assert.deepEqual([question!.properties, question!.context], [['f'], [null]])
  })
})
