import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../math/random.ts'
import { FACTORED_SOFTMAX, type FactoredSoftmaxState } from './models/factored-softmax.ts'
import { blendModelOf, type PersonalizationData } from './models.ts'
import { TRAIN } from './training/train.ts'

/** Users with random items. */
function dataOf(users: number, events: number, items: number): PersonalizationData {
  const random = createRandom(1)
  const sequences = Array.from({ length: users }, () =>
    Int32Array.from({ length: events }, () => Math.floor(random() * items)),
  )
  return { interactions: fromSequences(sequences, items) }
}

describe('blendModelOf', () => {
  it('has the factored softmax in wide catalogues whose items seldom meet, if events have an order', () => {
    const { suits, needsOrder } = blendModelOf('factored softmax')
    assert.ok(suits!(dataOf(2500, 10, 12_000), TRAIN))
    assert.ok(!suits!(dataOf(2500, 10, 12_000), { ...TRAIN, recency: false }))
    assert.ok(!suits!(dataOf(1000, 10, 12_000), TRAIN), 'with 10,000 events')
    assert.ok(!suits!(dataOf(400, 500, 6000), TRAIN), 'where items of a wide catalogue often meet')
    assert.ok(needsOrder)
  })

  it('has shorter vectors of more items in the factored softmax where items seldom meet', () => {
    const { train } = blendModelOf('factored softmax')
    const stateOf = (data: PersonalizationData, denseSizeMax: number) =>
      train(data, { ...TRAIN, denseSizeMax }) as FactoredSoftmaxState
    const sparse = stateOf(dataOf(50, 10, 200), 100)
    assert.deepEqual([sparse.dimensions, sparse.popular.length], [48, 160])
    const dense = stateOf(dataOf(600, 10, 200), 100)
    assert.deepEqual([dense.dimensions, dense.popular.length], [64, 100])
  })

  it('has a gate in the factored softmax where items have enough events', () => {
    const { train } = blendModelOf('factored softmax')
    const gateOf = (events: number) => (train(dataOf(100, events, 20), TRAIN) as FactoredSoftmaxState).gate
    assert.deepEqual(gateOf(20), FACTORED_SOFTMAX.gate)
    assert.equal(gateOf(19), undefined)
  })

  it('makes of a trained skip-Markov chain one with another forgetting, as if trained with it', () => {
    const data = dataOf(50, 10, 200)
    for (const name of ['skip-markov', 'skip-markov, sparse'] as const) {
      const { train, forget, axes } = blendModelOf(name)
      for (const { forgetting, ...others } of axes!(data, TRAIN).flat()) {
        if (forgetting === undefined) continue
        const settings = { lags: 40, decay: 0.95, length: 40, ...others }
        const again = train(data, TRAIN, { ...settings, forgetting })
        assert.deepEqual(forget!(train(data, TRAIN, settings), forgetting), again)
      }
      assert.ok(
        axes!(data, TRAIN)
          .flat()
          .some(({ forgetting }) => forgetting !== undefined),
      )
    }
  })
})
