import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { type ChoiceSet, placeChoices } from './choices.ts'
import { fitConditionalLogit } from './conditional-logit.ts'

const SIZE = 20

/** Shortlists whose target is drawn by the model with these weights. */
function drawn(count: number, weights: readonly number[]): ChoiceSet[] {
  const random = createRandom(1)
  return Array.from({ length: count }, () => {
    const logs = Float32Array.from({ length: weights.length * SIZE }, () => 4 * random())
    const odds = Array.from({ length: SIZE }, (_, i) =>
      Math.exp(weights.reduce((sum, weight, m) => sum + weight * logs[m * SIZE + i]!, 0)),
    )
    const drawn = random() * odds.reduce((a, b) => a + b)
    const target = odds.findIndex((_, i) => odds.slice(0, i + 1).reduce((a, b) => a + b) > drawn)
    // Targets come first.
    for (let m = 0; m < weights.length; m++)
      [logs[m * SIZE], logs[m * SIZE + target]] = [logs[m * SIZE + target]!, logs[m * SIZE]!]
    return { size: SIZE, targets: 1, relevant: 1, logs, base: new Float64Array(SIZE) }
  })
}

const fitted = (sets: readonly ChoiceSet[], isActive: readonly boolean[]) =>
  fitConditionalLogit(placeChoices(sets, { models: [...isActive.keys()] }), isActive)

const near = (actual: readonly number[], expected: readonly number[]) => {
  for (const [m, weight] of actual.entries())
    assert.ok(Math.abs(weight - expected[m]!) < 0.15, `${actual} instead of ${expected}`)
}

describe('fitConditionalLogit', () => {
  it('finds the weights that the targets were drawn with', () => {
    near(fitted(drawn(2000, [1.5, 0, 0.5]), [true, true, true]), [1.5, 0, 0.5])
  })

  it('gives no weight below 0, and none to a model that says nothing', () => {
    const [first, second, third] = fitted(drawn(2000, [1, -1, 1]), [true, true, false])
    assert.ok(first! > 0.5)
    assert.deepEqual([second, third], [0, 0])
  })

  it('counts what every item has besides', () => {
    const questions = drawn(500, [1])
    const sure = questions.map(question => ({ ...question, base: question.base.with(0, 50) }))
    assert.ok(fitted(sure, [true])[0]! < 0.1)
  })

  it('bears a target that cannot be', () => {
    const questions = drawn(100, [1]).map((question, at) =>
      at === 0 ? { ...question, base: question.base.with(0, Number.NEGATIVE_INFINITY) } : question,
    )
    assert.ok(fitted(questions, [true])[0]! > 0.5)
  })
})
