import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scoresOf } from '#test/engine.ts'
import { openBlend } from './blend.ts'
import type { Model } from './models/model.ts'

const fixed = (scores: readonly number[]): Model => ({
  score(_asked, out) {
    for (const [item, score] of scores.entries()) if (score !== 0) out.add(item, score)
  },
})

describe('the pool', () => {
  const near = (actual: readonly number[], expected: readonly number[]) => {
    for (const [item, score] of expected.entries()) assert.ok(Math.abs(actual[item]! - score) < 1e-6, `${actual}`)
  }

  it('is Σ w log(share + ε), shares of the greatest score and none below 0', () => {
    const blend = openBlend([fixed([4, 2, -1]), fixed([0, 5, 10])], { weights: [0.75, 0.25], floor: 0.1 }, 3)
    near(scoresOf(blend, 3, {}), [
      0.75 * Math.log(1.1) + 0.25 * Math.log(0.1),
      0.75 * Math.log(0.6) + 0.25 * Math.log(0.6),
      0.75 * Math.log(0.1) + 0.25 * Math.log(1.1),
    ])
  })

  it('has a prior of what no request changes', () => {
    const popular: Model = { prior: Float64Array.of(1, 2, 0), score() {} }
    const blend = openBlend([popular, fixed([0, 3])], { weights: [0.5, 0.5], floor: 0.1 }, 3)
    const logs = [0.5, 1, 0].map(share => 0.5 * Math.log(share + 0.1))
    near(
      [...blend.prior],
      logs.map(log => log + 0.5 * Math.log(0.1)),
    )
    near(scoresOf(blend, 3, {}), [logs[0]! + 0.5 * Math.log(0.1), logs[1]! + 0.5 * Math.log(1.1)])
  })

  it('does not ask a model of weight 0, and hears nothing from one without a score above 0', () => {
    const never: Model = { score: () => assert.fail('asked') }
    const blend = openBlend([never, fixed([-1, 0]), fixed([1, 2])], { weights: [0, 0.5, 0.5], floor: 0.1 }, 2)
    const [first, second] = scoresOf(blend, 2, {})
    assert.ok(second! > first!)
  })
})
