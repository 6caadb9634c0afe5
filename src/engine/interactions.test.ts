import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { itemCounts, occurrencesOf } from './interactions.ts'

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
