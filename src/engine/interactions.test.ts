import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromEvents, fromSequences, historyOf, itemCounts, leaveLastOut, occurrencesOf } from './interactions.ts'

const sequences = (interactions: Parameters<typeof historyOf>[0]) =>
  Array.from({ length: interactions.users }, (_, user) => [...historyOf(interactions, user)])

describe('fromEvents', () => {
  it("puts each user's events in order of time, those of one moment as they came", () => {
    const interactions = fromEvents(
      {
        users: Int32Array.of(2, 0, 2, 0, 2),
        items: Int32Array.of(4, 1, 3, 0, 2),
        times: Float64Array.of(7, 5, 6, 4, 7),
      },
      3,
      5,
    )
    assert.deepEqual(sequences(interactions), [[0, 1], [], [3, 4, 2]])
    assert.deepEqual([...interactions.times!], [4, 5, 6, 7, 7])
  })
})

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

describe('interactions', () => {
  const interactions = fromSequences(
    [
      [0, 2],
      [2, 2, 1],
    ],
    5,
  )

  it('count each item', () => assert.deepEqual([...itemCounts(interactions)], [1, 1, 3, 0, 0]))

  it('know where each item occurs', () => {
    const { offsets, positions, users } = occurrencesOf(interactions)
    assert.deepEqual([...positions.subarray(offsets[2], offsets[3])], [1, 2, 3])
    assert.deepEqual([...users.subarray(offsets[2], offsets[3])], [0, 1, 1])
  })
})
