import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openFactors } from './factors.ts'
import { memoryForModel } from './memory.ts'
import { createRandom, shuffle } from './random.ts'
import { Scores } from './scores.ts'

const { fround } = Math

/** A vector as whole numbers of the length 32,767, and how much 1 of them is. */
function wholePlainly(vector: Float32Array) {
  const scale = Math.hypot(...vector) / 32_767
  return { scale: fround(scale), numbers: Array.from(vector, number => Math.round(number / scale)) }
}

/** The products of u with vectors, as the kernel rounds them. */
function productsPlainly(u: Float32Array, outputs: Float32Array): number[] {
  const own = wholePlainly(u)
  return Array.from({ length: outputs.length / u.length }, (_, j) => {
    const v = wholePlainly(outputs.subarray(j * u.length, (j + 1) * u.length))
    const sum = own.numbers.reduce((sum, number, k) => sum + number * v.numbers[k]!, 0)
    return fround(fround(own.scale * v.scale) * fround(sum))
  })
}

describe('openFactors', () => {
  const random = createRandom(5)
  const floats = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1)

  /** The same array in a memory that kernels reach, at a place that is no multiple of 16. */
  const moved = (inputs: Float32Array) => {
    const copy = new Float32Array(memoryForModel(4 + inputs.byteLength), 4, inputs.length)
    copy.set(inputs)
    return copy
  }

  for (const [count, d, of] of [
    [1, 4, 1],
    [2, 8, 2],
    [7, 48, 1000],
    [400, 64, 400],
    [401, 256, 50_000],
  ] as const)
    it(`scores ${count} of ${of} items by vectors of ${d} numbers as plain code does`, () => {
      const [inputs, outputs] = [floats(3 * count * d), floats(count * d)]
      const items = shuffle(
        Int32Array.from({ length: of }, (_, item) => item),
        d,
      ).slice(0, count)
      const here = openFactors({ inputs: moved(inputs), outputs, items, d })
      const copied = openFactors({ inputs, outputs, items, d })
      const [scores, others] = [new Scores(of), new Scores(of)]
      for (const listed of [1, 20, 300]) {
        const u = new Float32Array(d)
        for (const factors of [here, copied]) factors.u.fill(0)
        for (let n = 0; n < listed; n++) {
          const [place, weight] = [d * Math.floor(random() * 3 * count), 0.98 ** n]
          for (let k = 0; k < d; k++) u[k] = u[k]! + fround(fround(weight) * inputs[place + k]!)
          for (const factors of [here, copied]) factors.add(place, weight)
        }
        for (const factors of [here, copied]) factors.sum()
        assert.deepEqual(here.u, u)
        const products = productsPlainly(u, outputs)
        const most = Math.max(...products)
        const least = -2
        for (const some of [scores, others]) some.clear()
        // Added to what is there, and to blocks that are listed.
        scores.add(items[0]!, 10)
        others.add(items[0]!, 10)
        here.addShares(scores, least)
        copied.addShares(others, least)
        assert.deepEqual(others.values, scores.values)
        const expected = new Float64Array(of)
        expected[items[0]!] = 10
        for (const [j, product] of products.entries()) {
          const exact = u.reduce((sum, number, k) => sum + number * outputs[j * d + k]!, 0)
          const lengths = Math.hypot(...u) * Math.hypot(...outputs.subarray(j * d, (j + 1) * d))
          assert.ok(Math.abs(product - exact) <= 6e-5 * lengths)
          if (product - most >= least) expected[items[j]!]! += Math.exp(product - most)
        }
        for (const [item, score] of scores.values.entries())
          assert.ok(Math.abs(score - expected[item]!) <= 2e-7 * expected[item]!, `${item}: ${score}`)
        assert.deepEqual(
          [...scores.items()],
          [...expected.keys()].filter(item => expected[item] !== 0),
        )
      }
    })

  it('has no items, and a vector of zeros', () => {
    const scores = new Scores(3)
    openFactors({ inputs: floats(8), outputs: floats(0), items: new Int32Array(0), d: 8 }).addShares(scores, -7)
    assert.equal(scores.items().length, 0)
    openFactors({ inputs: floats(8), outputs: floats(8), items: Int32Array.of(2), d: 8 }).addShares(scores, -7)
    assert.deepEqual([...scores.values], [0, 0, 1])
  })
})
