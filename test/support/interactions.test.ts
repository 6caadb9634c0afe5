import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { historyOf, type Interactions } from '../../src/engine/interactions.ts'
import { fromEvents } from './interactions.ts'

/** The items of each user. */
const sequences = (interactions: Interactions) =>
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
