import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { chooseBlends } from './choose-blends.ts'
import type { Shortlist } from './shortlist.ts'

const ITEMS = 30
const parts = [
  { name: 'skip-markov', state: {} },
  { name: 'slit', state: {} },
] as const
const FROMS = [0, 1, 8]

/** Questions of two models that know the target by chance, each as well as it is said. */
function listsOf(count: number, known: readonly number[], seed: number): Shortlist[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const shares = new Float32Array(known.length * ITEMS)
    for (let at = 0; at < shares.length; at++) shares[at] = random()
    for (const [m, more] of known.entries()) shares[m * ITEMS]! += more
    const nothing = new Float32Array(ITEMS)
    return {
      shares,
      size: ITEMS,
      targets: 1,
      relevant: 1,
      habits: nothing.map(() => Number.NaN),
      lags: nothing,
      lifts: nothing,
      steps: new Float32Array(known.length),
    }
  })
}

const blendsOf = (sets: readonly (readonly Shortlist[])[]) =>
  chooseBlends(sets, FROMS, { parts, k: 10, mayRepeat: false }).blends

describe('chooseBlends', () => {
  it('lets a class of few questions have the blend of all classes, where these do not tell it from chance', () => {
    const many = listsOf(1500, [0.4, 0.35], 1)
    const [, shared, last] = blendsOf([[], many, listsOf(40, [0.4, 0.2], 5)])
    assert.ok(shared!.weights.every(weight => weight > 0.2))
    assert.deepEqual(last, { ...shared, eventsFrom: 8 })
  })

  it('leaves a class one model alone where that is clearly better', () => {
    const [, shared, last] = blendsOf([[], listsOf(1500, [0.4, 0.35], 1), listsOf(200, [1, -1], 2)])
    assert.ok(shared!.weights.every(weight => weight > 0.1))
    assert.deepEqual(last!.weights, [1, 0])
  })
})
