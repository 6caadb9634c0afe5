import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openFactors } from './factors.ts'
import { memoryForModel } from './kernel.ts'
import { createRandom } from './random.ts'

const { fround } = Math

/** The products of u with vectors, in the order in which the kernel adds. */
function productsPlainly(u: Float32Array, outputs: Float32Array): Float64Array {
  return Float64Array.from({ length: outputs.length / u.length }, (_, j) => {
    const sums = new Float32Array(4)
    for (let k = 0; k < u.length; k++) sums[k % 4] = sums[k % 4]! + fround(u[k]! * outputs[j * u.length + k]!)
    const [a, b, c, d] = sums as unknown as [number, number, number, number]
    return fround(fround(a + b) + fround(c + d))
  })
}

describe('openFactors', () => {
  const random = createRandom(5)
  const floats = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1)

  /** The same arrays in one memory that kernels reach, at places that are no multiples of 16. */
  const moved = (inputs: Float32Array, outputs: Float32Array) => {
    const buffer = memoryForModel(200 + inputs.byteLength + outputs.byteLength)
    const copies = [
      new Float32Array(buffer, 4, inputs.length),
      new Float32Array(buffer, 104 + inputs.byteLength, outputs.length),
    ] as const
    copies[0].set(inputs)
    copies[1].set(outputs)
    return copies
  }

  for (const [items, d] of [
    [1, 4],
    [2, 8],
    [7, 64],
    [400, 64],
  ] as const)
    it(`multiplies ${items} vectors of ${d} numbers as plain code does, to the bit`, () => {
      const [inputs, outputs] = [floats(3 * items * d), floats(items * d)]
      const here = openFactors(...moved(inputs, outputs), d)
      const copied = openFactors(inputs, outputs, d)
      for (let round = 0; round < 3; round++) {
        const u = new Float32Array(d)
        for (const factors of [here, copied]) factors.u.fill(0)
        for (let n = 0; n < 20; n++) {
          const [place, weight] = [d * Math.floor(random() * 3 * items), 0.8 ** n]
          for (let k = 0; k < d; k++) u[k] = u[k]! + fround(fround(weight) * inputs[place + k]!)
          for (const factors of [here, copied]) factors.add(place, weight)
        }
        const products = productsPlainly(u, outputs)
        const most = Math.max(...products)
        const least = -2
        const shares = here.shares(least)
        assert.deepEqual(here.u, u)
        assert.deepEqual(copied.shares(least), shares)
        assert.equal(Math.max(...shares), 1)
        for (const [j, product] of products.entries()) {
          if (product < most + least) assert.equal(shares[j], 0)
          else assert.ok(Math.abs(shares[j]! / Math.exp(product - most) - 1) < 2e-7)
        }
      }
    })

  for (const [items, d] of [
    [1, 4],
    [7, 64],
    [401, 64],
    [600, 256],
  ] as const)
    it(`multiplies ${items} vectors of ${d} numbers by many at once as by one after the other, to the bit`, () => {
      const [inputs, outputs] = [floats(3 * items * d), floats(items * d)]
      const factors = openFactors(...moved(inputs, outputs), d)
      const least = -3
      for (const count of [1, 3, 4, 17, 2]) {
        const places = Array.from({ length: count }, () => d * Math.floor(random() * 3 * items))
        const sum = (n: number) => {
          factors.add(places[n]!, 0.7)
          factors.add(places[0]!, 0.3)
        }
        const found = factors.sharesOfMany(count, sum, least)
        assert.equal(found.length, count)
        for (const [n, shares] of found.entries()) {
          factors.u.fill(0)
          sum(n)
          assert.deepEqual(shares, factors.shares(least))
        }
      }
    })
})
