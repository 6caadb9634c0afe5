import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sumOfExps } from './exps.ts'
import { createRandom } from './random.ts'

describe('sumOfExps', () => {
  it('is the sum of Math.exp, of any number of numbers', () => {
    const random = createRandom(3)
    for (const count of [0, 1, 2, 7, 20_000]) {
      const numbers = Float64Array.from({ length: count }, () => 40 * (random() - 0.5))
      const expected = numbers.reduce((sum, x) => sum + Math.exp(x), 0)
      assert.ok(Math.abs(sumOfExps(numbers) - expected) <= 1e-13 * expected, `${count}`)
    }
  })

  it('is right of each number, from the least that counts to the greatest', () => {
    for (const x of [-708, -100.5, -1, -1e-9, 0, 1e-300, 0.3, Math.LN2, 1, 88.7, 709]) {
      const expected = Math.exp(x)
      assert.ok(Math.abs(sumOfExps(Float64Array.of(x, x)) / 2 - expected) <= 4e-16 * expected, `${x}`)
    }
    assert.ok(sumOfExps(Float64Array.of(-5000, Number.NEGATIVE_INFINITY)) < 1e-300)
  })
})
