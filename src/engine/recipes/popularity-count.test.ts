import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed, reloaded } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../math/random.ts'
import { byCount } from '../ranked.ts'
import { openPopular, POPULAR, trainPopular } from './popularity-count.ts'

const interactions = fromSequences([[0, 0, 0, 0], [1, 2], [1, 2, 3], [1]], 5)

describe('trainPopular', () => {
  it('counts users, each once', () => {
    assert.deepEqual([...trainPopular(interactions).counts], [1, 3, 2, 1, 0])
  })

  it('counts events by their weights where told to', () => {
    const weights = Float32Array.of(1, 1, 1, 1, 2, 1, 2, 1, 0, 2)
    const { counts } = trainPopular({ ...interactions, weights }, { ...POPULAR, count: 'events' })
    assert.deepEqual([...counts], [4, 6, 2, 0, 0])
  })

  it('measures itself on users that it has not counted', () => {
    const users = Array.from({ length: 200 }, (_, user) => [user % 3, 3, 4])
    const { metrics } = trainPopular(fromSequences(users, 10))
    assert.equal(metrics.mean_reciprocal_rank_at_25, 1 / 2)
    assert.ok(Math.abs(metrics.precision_at_5 - 1 / 5) < 1e-9)
    assert.equal(metrics.coverage, 1)
  })

  it('has nothing to say of nothing', () => {
    const state = trainPopular(fromSequences([], 0))
    assert.deepEqual([...openPopular(state).rank().items], [])
    assert.equal(state.metrics.precision_at_5, 0)
  })
})

describe('openPopular', () => {
  it('returns all items, the most popular first', () => {
    assert.deepEqual(
      listed(openPopular(reloaded(trainPopular(interactions))).rank()).map(({ item, score }) => [item, score]),
      [
        [1, 3],
        [2, 2],
        [0, 1],
        [3, 1],
        [4, 0],
      ],
    )
  })

  it('follows what is added, new items too, whatever the number of changes', () => {
    const random = createRandom(4)
    const popular = openPopular({ counts: Float64Array.from({ length: 2000 }, () => Math.floor(random() * 100)) })
    const counts = Array.from({ length: 2000 }, (_, item) => popular.countOf(item))
    for (let round = 0; round < 30; round++) {
      for (let change = 0; change < 100; change++) {
        const item = Math.floor(random() * (2000 + round * 10))
        while (counts.length <= item) counts.push(0)
        const count = Math.floor(random() * 20)
        counts[item]! += count
        popular.add(item, count)
      }
      assert.deepEqual(popular.rank().items.subarray(0, counts.length + 1), byCount(counts))
    }
  })

  it('lists as many as are wanted of those that pass', () => {
    const popular = openPopular(trainPopular(interactions))
    assert.deepEqual([...popular.rank({ count: 2, passes: item => item % 2 === 1 }).items], [1, 3])
  })
})
