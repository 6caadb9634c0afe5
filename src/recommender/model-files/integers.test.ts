import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import { codeIntegers, type Integers, integerDecoder } from './integers.ts'

const LENGTH = 5000
const random = createRandom(1)
const INT_MIN = -(2 ** 31)

function decoded(bytes: Uint8Array, numbers: Integers, pieceLength: number): Integers {
  const take = integerDecoder(numbers)
  for (let at = 0; at < bytes.length; at += pieceLength) take(bytes.subarray(at, at + pieceLength))
  return numbers
}

describe('codeIntegers', () => {
  const steps = Int32Array.from({ length: LENGTH }, () => Math.floor(9000 * random() ** 8))
  const rising = steps.map((_, at) => steps.subarray(0, at).reduce((sum, step) => sum + step, 0))
  // Its differences do not fit into 32 bits.
  const extremes = Int32Array.from({ length: LENGTH }, (_, at) => (at % 50 > 0 ? 7 : at % 100 > 0 ? INT_MIN : ~INT_MIN))
  const KINDS = {
    'rising ones': rising,
    'rising ones of 16 bits': Uint16Array.from(rising, number => number % 2 ** 16),
    'the least and the greatest': extremes,
    'equal ones': new Int32Array(LENGTH).fill(-12),
  }

  for (const [kind, numbers] of Object.entries(KINDS))
    it(`keeps ${kind} in fewer bytes, whichever pieces they are read in`, () => {
      const bytes = codeIntegers(numbers)!
      assert.ok(bytes.length < 0.8 * numbers.byteLength)
      for (const pieceLength of [1, 2, 7, 1000, bytes.length]) {
        const room = new (numbers.constructor as typeof Int32Array)(LENGTH)
        assert.deepEqual(decoded(bytes, room, pieceLength), numbers)
      }
    })

  it('leaves alone what it would hardly shorten, and what is short already', () => {
    assert.equal(codeIntegers(steps.map(() => Math.floor(2 ** 32 * random()))), undefined)
    assert.equal(codeIntegers(rising.subarray(0, 1000)), undefined)
    assert.equal(codeIntegers(new Int32Array()), undefined)
  })
})
