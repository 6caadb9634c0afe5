import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { worthwhile } from './backward-elimination.ts'
import type { Shortlist } from './shortlist.ts'

const ITEMS = 30

/** A model that knows the target by chance, so well as `known` says, and takes this many steps. */
interface Known {
  readonly known: number
  readonly steps: number
}

function listsOf(count: number, models: readonly Known[]): Shortlist[] {
  const random = createRandom(3)
  return Array.from({ length: count }, () => {
    const shares = Float32Array.from({ length: models.length * ITEMS }, random)
    for (const [m, { known }] of models.entries()) shares[m * ITEMS]! += known
    const zero = new Float32Array(ITEMS)
    const nothing = { habits: zero.map(() => Number.NaN), lags: zero, lifts: zero }
    const steps = Float32Array.from(models, ({ steps }) => steps)
    return { shares, size: ITEMS, targets: 1, relevant: 1, ...nothing, steps }
  })
}

const judging = (lists: readonly Shortlist[]) => ({ lists, floor: 0.1, settings: { k: 10 } })
const judged = (models: readonly Known[], count = 600) => worthwhile(judging(listsOf(count, models)), models.length)

describe('the models that are worth their time', () => {
  it('are those that make targets likelier by as much as they cost', () => {
    const strong = { known: 0.6, steps: 1000 }
    assert.deepEqual(judged([strong, { known: 0.02, steps: 100_000 }]), [true, false])
    assert.deepEqual(judged([strong, { known: 0.4, steps: 100_000 }]), [true, true])
    assert.deepEqual(judged([strong, { known: 0.4, steps: 10 }]), [true, true])
  })

  it('are all that take next to no time, whatever they make likelier', () => {
    const strong = { known: 0.6, steps: 100_000 }
    assert.deepEqual(judged([strong, { known: 0.02, steps: 1000 }]), [true, true])
  })

  it('are all that take no time, and none that says nothing', () => {
    const silent = { known: Number.NEGATIVE_INFINITY, steps: 0 }
    const lists = listsOf(100, [{ known: 0.6, steps: 1000 }, { known: 0, steps: 0 }, silent]).map(list => ({
      ...list,
      shares: list.shares.fill(0, 2 * ITEMS),
    }))
    assert.deepEqual(worthwhile(judging(lists), 3), [true, true, false])
  })

  it('are fewer where two say the same', () => {
    const both = listsOf(600, [{ known: 0.6, steps: 100_000 }])
    const lists = both.map(list => ({
      ...list,
      shares: Float32Array.of(...list.shares, ...list.shares),
      steps: Float32Array.of(100_000, 500_000),
    }))
    assert.deepEqual(worthwhile(judging(lists), 2), [true, false])
  })

  it('are none without questions', () => assert.deepEqual(judged([{ known: 1, steps: 5 }], 0), [false]))
})
