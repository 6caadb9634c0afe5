import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences, historyOf, type Question } from '../interactions.ts'
import { HISTORY_MAX, holdOut, laterEvents, newestShare, questionAt, questionsAt } from './questions.ts'

const sequences = Array.from({ length: 200 }, (_, user) => (user % 5 === 0 ? [user] : [user, 1, 2]))
const interactions = fromSequences(sequences)
const plain = (questions: readonly Question[]) => questions.map(({ history, targets }) => [[...history], [...targets]])
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

describe('questions', () => {
  it('ask for the next event after so many', () => {
    const asked = questionsAt(interactions, undefined, Int32Array.of(1, 5), events => (events > 2 ? [1, 2] : []))
    assert.deepEqual(plain(asked), [
      [[1], [1]],
      [[1, 1], [2]],
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
    const question = questionAt(known, [[], ['f']], 1, 2, 1)
    assert.deepEqual([...question.weights!], [1, 2])
    assert.deepEqual([question.properties, question.context], [['f'], [null]])
  })

  it('have no longer a history than a request', () => {
    const long = fromSequences([Array.from({ length: HISTORY_MAX + 10 }, (_, item) => item)])
    const { history } = questionAt(long, undefined, 0, HISTORY_MAX + 5)
    assert.deepEqual([history.length, history[0]], [HISTORY_MAX, 5])
  })

  it('ask for a little more where the newest events have no answer', () => {
    // The last click is on a video that was watched just before.
    const interactions = { ...fromSequences([[4, 5, 6, 6]]), endings: Uint8Array.of(1, 1, 1, 0) }
    const [asked] = newestShare(interactions, undefined, Int32Array.of(0), 0.1)
    assert.deepEqual([...asked!.history], [4, 5])
    assert.deepEqual([...asked!.targets], [6, 6])
  })

  it('leave out what a use case leaves out, and never ask for it', () => {
    const bought = { ...fromSequences([[7, 8, 7, 9, 8]]), endings: Uint8Array.of(1, 0, 0, 0, 1) }
    const [question] = laterEvents(bought, undefined, Int32Array.of(0), 2)
    assert.deepEqual([[...question!.leftOut!], [...question!.targets]], [[7], [9, 8]])
    assert.deepEqual(plain(questionsAt(bought, undefined, Int32Array.of(0), () => [2])), [])
  })
})
