import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { sigmoid, trainLogistic } from './logistic.ts'
import { createRandom } from './random.ts'

const examples = (rows: readonly (readonly [features: readonly number[], label: number])[]) => {
  const { offsets, sequence } = fromSequences(rows.map(([features]) => features))
  return { offsets, features: sequence, labels: Uint8Array.from(rows, ([, label]) => label) }
}
const train = (rows: Parameters<typeof examples>[0], features: number, regularization = 1) =>
  trainLogistic(examples(rows), features, { regularization, roundsMax: 100 })

describe('trainLogistic', () => {
  it('finds the logarithm of the odds where there is a bias alone: 3 of 4', () => {
    const [bias] = train(
      [
        [[0], 1],
        [[0], 1],
        [[0], 1],
        [[0], 0],
      ],
      1,
    )
    assert.ok(Math.abs(bias! - Math.log(3)) < 5e-3, `${bias}`)
  })

  it('finds the weights that labels were drawn with, and is where the gradient is 0', () => {
    const random = createRandom(1)
    const truth = [-1, 2, -1.5, 0]
    const rows = Array.from({ length: 20_000 }, () => {
      const features = [0, 1, 2, 3].filter(f => f === 0 || random() < 0.5)
      const label = random() < sigmoid(features.reduce((sum, f) => sum + truth[f]!, 0)) ? 1 : 0
      return [features, label] as const
    })
    const w = train(rows, 4)
    for (const [f, weight] of truth.entries()) assert.ok(Math.abs(w[f]! - weight) < 0.12, `${w}`)
    const gradient = rows.reduce((sum, [features, label]) => {
      return features.includes(1) ? sum + sigmoid(features.reduce((m, f) => m + w[f]!, 0)) - label : sum
    }, w[1]!)
    assert.ok(Math.abs(gradient) < 10, `${gradient}`)
  })

  it('keeps what always or never happens finite, and a feature of no example at 0', () => {
    const w = train(
      [
        [[0, 1], 1],
        [[0, 1], 1],
        [[0], 0],
        [[0], 0],
      ],
      3,
    )
    assert.ok(w[1]! > 0.5 && w[1]! < 5)
    assert.equal(w[2], 0)
  })

  it('knows nothing from nothing', () => assert.deepEqual([...train([], 2)], [0, 0]))
})
