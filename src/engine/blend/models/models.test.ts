import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertPartsSum, checkerboard, reloaded, rings, scoresOf } from '#test/engine.ts'
import { alone, recommender } from '#test/evaluate.ts'
import type { Interactions } from '../../interactions.ts'
import { openColdUser, trainColdUser } from './cold-user.ts'
import { openContextKnn, trainContextKnn } from './context-knn.ts'
import { EASE, openEase, trainEase } from './ease.ts'
import { openFactoredSoftmax, trainFactoredSoftmax } from './factored-softmax.ts'
import { openGraphWalk, trainGraphWalk } from './graph-walk.ts'
import type { Model } from './model.ts'
import { openPopularity, trainPopularity } from './popularity-prior.ts'
import { openSkipMarkov, type SkipMarkovState, trainSkipMarkov } from './skip-markov.ts'
import { openSlit, SLIT, trainSlit, WIDE_SLIT } from './slit.ts'

const small = { regularization: 1 }
type Data = Interactions
const MODELS = {
  popularity: { train: (data: Data) => openPopularity(reloaded(trainPopularity(data))), taste: false, next: 0 },
  'skip-Markov': { train: (data: Data) => openSkipMarkov(reloaded(trainSkipMarkov(data))), taste: true, next: 0.55 },
  SLIT: { train: (data: Data) => openSlit(reloaded(trainSlit(data, { ...SLIT, ...small }))), taste: true, next: 0.7 },
  'wide SLIT': {
    train: (data: Data) => openSlit(reloaded(trainSlit(data, { ...WIDE_SLIT, ...small }))),
    taste: true,
    next: 0.7,
  },
  EASE: { train: (data: Data) => openEase(reloaded(trainEase(data, { ...EASE, ...small }))), taste: true, next: 0 },
  'factored softmax': {
    train: (data: Data) => openFactoredSoftmax(reloaded(trainFactoredSoftmax(data))),
    taste: true,
    next: 0.7,
  },
  'graph walk': { train: (data: Data) => openGraphWalk(reloaded(trainGraphWalk(data))), taste: true, next: 0 },
  'context-kNN': { train: (data: Data) => openContextKnn(reloaded(trainContextKnn(data))), taste: true, next: 0.6 },
  'cold user': { train: (data: Data) => openColdUser(reloaded(trainColdUser(data))), taste: false, next: 0 },
} as const

describe('a chain in a file of format 1, whose numbers have 32 bits', () => {
  it('scores as a new one, to the digits that 16 bits have', () => {
    const { interactions } = checkerboard(200, 50)
    const { T, memory } = trainSkipMarkov(interactions)
    assert.equal(T.parts, 1)
    const wide = { offsets: T.offsets, columns: Int32Array.from(T.columns), values: Float32Array.from(T.values) }
    for (let row = 0; row < 50; row++)
      for (let at = T.offsets[row]!; at < T.offsets[row + 1]!; at++) wide.values[at]! *= T.scales[row]!
    const old = openSkipMarkov({ T: wide, memory } as unknown as SkipMarkovState)
    const query = { history: [4, 8, 2] }
    const expected = scoresOf(openSkipMarkov({ T, memory }), 50, query)
    for (const [item, score] of scoresOf(old, 50, query).entries())
      assert.ok(Math.abs(score - expected[item]!) < 1e-4 * Math.max(...expected))
  })
})

/** Every model as it comes back from a file. */
for (const [name, { train, taste, next }] of Object.entries(MODELS)) {
  describe(name, () => {
    const { interactions, withheld } = checkerboard(200, 50)
    const model: Model = train(interactions)
    const { sequence, offsets } = interactions

    it('scores finitely, the same every time', () => {
      const history = [...sequence.subarray(0, 5)]
      assert.ok(scoresOf(model, 50, { history }).every(Number.isFinite))
      assert.deepEqual(scoresOf(model, 50, { history }), scoresOf(model, 50, { history }))
    })

    it('takes a user of whom nothing is known', () => {
      assert.ok(scoresOf(model, 50, {}).every(Number.isFinite))
    })

    it('returns the same bits when it is trained again', () => {
      const again: Model = train(interactions)
      const history = [4, 8, 2]
      assert.deepEqual(scoresOf(again, 50, { history }), scoresOf(model, 50, { history }))
    })

    it('says what its scores come from: parts that sum up to them', { skip: model.prior !== undefined }, () => {
      // An item twice, and more events than any model looks at.
      for (const history of [[4], [4, 8, 2, 4], Array.from({ length: 600 }, (_, at) => (7 * at) % 50)])
        for (const weights of [undefined, Float32Array.from(history, (_, at) => 0.5 + (at % 3))])
          assertPartsSum(model, 50, { history: Int32Array.from(history), weights })
    })

    it('takes an event of weight 1 for what it is', () => {
      const ones = train({ ...interactions, weights: new Float32Array(sequence.length).fill(1) })
      const history = [4, 8, 2]
      assert.deepEqual(scoresOf(ones, 50, { history }), scoresOf(model, 50, { history }))
    })

    it('trains on nothing at all', () => {
      const none = { users: 0, items: 0, offsets: Int32Array.of(0), sequence: new Int32Array() }
      assert.deepEqual(scoresOf(train(none), 0, {}), [])
      const silent = { users: 1, items: 2, offsets: Int32Array.of(0, 0), sequence: new Int32Array() }
      assert.ok(scoresOf(train(silent), 2, { history: [1] }).every(Number.isFinite))
    })

    if (taste)
      it('recommends the withheld item of the checkerboard', () => {
        const recommend = recommender(alone(model, 50), { count: 1 })
        const found = withheld.map(
          (item, user) => recommend({ history: sequence.subarray(offsets[user], offsets[user + 1]) })[0] === item,
        )
        assert.ok(found.every(Boolean), `${found.filter(Boolean).length} of 200`)
      })

    if (next > 0)
      it(`finds at least ${next} of next items where 0.75 follow a rule`, () => {
        const recommend = recommender(alone(train(rings(400, 1)), 100), { count: 1, repeats: true })
        const test = rings(100, 2)
        const hits = Array.from({ length: 100 }, (_, user) => {
          const history = test.sequence.subarray(30 * user, 30 * user + 29)
          return recommend({ history })[0] === test.sequence[30 * user + 29]
        })
        assert.ok(hits.filter(Boolean).length >= 100 * next, `${hits.filter(Boolean).length} of 100`)
      })
  })
}
