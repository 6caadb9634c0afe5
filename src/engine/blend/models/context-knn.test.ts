import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reloaded, scoresOf } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { CONTEXT_KNN, type ContextKnnState, openContextKnn, trainContextKnn } from './context-knn.ts'

describe('context-kNN of an item with more occurrences than are looked at', () => {
  // After item 0, the users went on to 1, 2, 3 and 4; those who went on to 4 and 2 did so last.
  const sequences = fromSequences([
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
  ])
  const interactions = { ...sequences, times: Float64Array.of(10, 11, 40, 41, 20, 21, 50, 51) }
  const settings = { ...CONTEXT_KNN, occurrencesMax: 2 }
  const scored = (state: ContextKnnState) =>
    [...scoresOf(openContextKnn(reloaded(state)), 5, { history: [0] }).entries()].flatMap(([item, score]) =>
      score > 0 ? [item] : [],
    )

  it('asks the newest, by the times of the events', () => {
    assert.deepEqual(scored(trainContextKnn(interactions, settings)), [2, 4])
  })

  it('asks those of the last users, where there are no times', () => {
    assert.deepEqual(scored(trainContextKnn(sequences, settings)), [3, 4])
  })

  it('finds them by the times in a file of format 1', () => {
    const { newest, ...state } = trainContextKnn(interactions, settings)
    assert.ok(newest)
    assert.deepEqual(scored({ ...state, times: interactions.times }), [2, 4])
  })
})

describe('context-kNN of more events than it looks at', () => {
  const users = [[0, 1], [], [0, 2], [0, 3, 0], [0, 4]]
  const all = { ...fromSequences(users), weights: Float32Array.of(1, 1, 2, 2, 3, 3, 3, 4, 4) }

  it('is the same as of the last users alone, of whole users', () => {
    for (const [eventsMax, first] of [
      [9, 0],
      [8, 1],
      [6, 3],
      [4, 4],
      [1, 5],
    ] as const) {
      const events = users.slice(0, first).flat().length
      const last = { ...fromSequences(users.slice(first), 5), weights: all.weights.subarray(events) }
      const [found, expected] = [trainContextKnn(all, { ...CONTEXT_KNN, eventsMax }), trainContextKnn(last)].map(
        state => [...scoresOf(openContextKnn(reloaded(state)), 5, { history: [0] })],
      )
      assert.deepEqual(found, expected)
    }
  })
})
