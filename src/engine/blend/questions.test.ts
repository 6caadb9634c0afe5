import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import type { Question } from '../interactions.ts'
import { HISTORY_MAX, newestShare, questionAt, questionsAt } from './questions.ts'

const sequences = Array.from({ length: 200 }, (_, user) => (user % 5 === 0 ? [user] : [user, 1, 2]))
const interactions = fromSequences(sequences)
const plain = (questions: readonly Question[]) => questions.map(({ history, targets }) => [[...history], [...targets]])

describe('questions', () => {
  it('ask for the next event after each number of events', () => {
    const query = questionsAt(interactions, undefined, Int32Array.of(1, 5), events => (events > 2 ? [1, 2] : []))
    assert.deepEqual(plain(query), [
      [[1], [1]],
      [[1, 1], [2]],
    ])
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
    const [query] = newestShare(interactions, undefined, Int32Array.of(0), 0.1)
    assert.deepEqual([...query!.history], [4, 5])
    assert.deepEqual([...query!.targets], [6, 6])
  })

  it('leave out what a use case leaves out, and never ask for it', () => {
    const bought = { ...fromSequences([[7, 8, 7, 9, 8]]), endings: Uint8Array.of(1, 0, 0, 0, 1) }
    const question = questionAt(bought, undefined, 0, 2)
    assert.deepEqual([[...question.leftOut!], [...question.targets]], [[7], [9, 8]])
    assert.deepEqual(plain(questionsAt(bought, undefined, Int32Array.of(0), () => [2])), [])
  })
})
