import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { historyOf, type Interactions } from '../../src/engine/interactions.ts'
import { fromSequences } from './interactions.ts'
import { laterEvents, leaveLastOut } from './questions.ts'

/** The items of each user. */
const sequences = (interactions: Interactions) =>
  Array.from({ length: interactions.users }, (_, user) => [...historyOf(interactions, user)])

describe('leaveLastOut', () => {
  const { validation, test } = leaveLastOut(
    fromSequences([
      [0, 1, 2, 3],
      [2, 1],
      [3, 0, 1],
    ]),
  )

  it('trains on all but the last two, and on short users whole', () => {
    assert.deepEqual(sequences(test.train), [[0, 1], [2, 1], [3]])
    assert.equal(validation.train, test.train)
  })

  it('asks for the last but one from what was before it', () => {
    assert.deepEqual(
      validation.questions.map(({ user, history, targets }) => [user, [...history], [...targets]]),
      [
        [0, [0, 1], [2]],
        [2, [3], [0]],
      ],
    )
  })

  it('asks for the last from all but the last', () => {
    assert.deepEqual(
      test.questions.map(({ user, history, targets }) => [user, [...history], [...targets]]),
      [
        [0, [0, 1, 2], [3]],
        [2, [3, 0], [1]],
      ],
    )
  })
})

describe('laterEvents', () => {
  it('asks for all that comes after the first events, where anything does', () => {
    const interactions = fromSequences([[0], [1, 1, 2]])
    const questions = laterEvents(interactions, undefined, Int32Array.of(0, 1), 1)
    assert.deepEqual(
      questions.map(({ user, history, targets }) => [user, [...history], [...targets]]),
      [[1, [1], [1, 2]]],
    )
  })
})
