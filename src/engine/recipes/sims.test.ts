import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reloaded } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../math/random.ts'
import { openSims, SIMS, type SimsSettings, trainSims } from './sims.ts'

const EVERYTHING: SimsSettings = {
  ...SIMS,
  minCointeractionCount: 1,
  userHistoryLengthPercentiles: [0, 1],
  itemInteractionCountPercentiles: [0, 1],
}
/** 0 with 1 three times, with 2 once; 0, 1 and 3 have four users, 2 has one. */
const interactions = fromSequences([[0, 1], [0, 1], [0, 1], [0, 2], [1], [3], [3], [3], [3]])
const similar = (settings: Partial<SimsSettings>, item = 0, data = interactions) => {
  const { items, scores } = openSims(reloaded(trainSims(data, { ...EVERYTHING, ...settings }))).similar(item)
  return Array.from(items, (item, at) => ({ item, score: scores[at]! }))
}

describe('trainSims', () => {
  it('is the cosine of the items at a discount of ½: 3/√(4·4) and 1/√(4·1), then the popular ones', () => {
    assert.deepEqual(similar({}), [
      { item: 1, score: 0.75 },
      { item: 2, score: 0.5 },
      { item: 3, score: 0 },
    ])
  })

  it('counts users in common at a discount of 0', () => {
    const [first, second] = similar({ popularityDiscountFactor: 0 })
    assert.deepEqual(
      [first, second],
      [
        { item: 1, score: 3 },
        { item: 2, score: 1 },
      ],
    )
  })

  it('prefers what is met nowhere else at a discount of 1', () => {
    assert.deepEqual(similar({ popularityDiscountFactor: 1 })[0], { item: 2, score: 0.25 })
  })

  it('knows no similarity of fewer users than min_cointeraction_count', () => {
    assert.deepEqual(similar({ minCointeractionCount: 2 }), [
      { item: 1, score: 0.75 },
      { item: 3, score: 0 },
      { item: 2, score: 0 },
    ])
  })

  it('counts a user once, however often the items occur', () => {
    assert.equal(similar({ popularityDiscountFactor: 0 }, 0, fromSequences([[0, 1, 0, 1, 1]]))[0]!.score, 1)
  })

  it('leaves out users beyond the percentiles of history lengths', () => {
    const robot = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 0 : 3))
    const data = fromSequences([...Array.from({ length: 99 }, () => [0, 1]), robot, robot])
    const found = (most: number) =>
      similar({ userHistoryLengthPercentiles: [0, most] }, 0, data).filter(({ score }) => score > 0).length
    assert.equal(found(1), 2)
    assert.equal(found(0.9), 1)
  })

  it('leaves out items beyond the percentiles of interaction counts, but still knows them as popular', () => {
    const data = fromSequences(Array.from({ length: 50 }, (_, user) => [20, user % 20, (user + 1) % 20]))
    const all = similar({ itemInteractionCountPercentiles: [0, 1] }, 0, data)
    const some = similar({ itemInteractionCountPercentiles: [0, 0.9] }, 0, data)
    assert.ok(all.find(({ item }) => item === 20)!.score > 0)
    assert.equal(some.find(({ item }) => item === 20)!.score, 0)
  })

  it('recommends popular items for an item that it does not know', () => {
    assert.deepEqual(
      [...similar({}, 99)].map(({ item }) => item),
      [0, 1, 3, 2],
    )
    assert.deepEqual(similar({}, 0, fromSequences([], 0)), [])
  })

  it('finds the squares of the same colour of a checkerboard: golden metrics', () => {
    const random = createRandom(3)
    const users = Array.from({ length: 400 }, (_, user) =>
      Int32Array.from({ length: 10 }, () => 2 * Math.floor(random() * 20) + (user % 2)),
    )
    const state = trainSims(fromSequences(users, 40))
    const first = openSims(state).similar(7).items.subarray(0, 15)
    assert.ok(first.every(item => item % 2 === 1))
    assert.ok(state.metrics.precision_at_25 > 0.03, `${state.metrics.precision_at_25}`)
  })
})
