import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed } from '#test/engine.ts'
import { createRandom } from '../math/random.ts'
import { NOTHING } from '../ranked.ts'
import { drawBeta, isUntried, thompsonSampling, type Untried } from './thompson.ts'

const ranked = {
  items: Int32Array.from({ length: 100 }, (_, item) => item),
  scores: Float64Array.from({ length: 100 }, (_, item) => 1 - item / 100),
}
const items = Int32Array.from({ length: 60 }, (_, at) => 90 + at)
const unknown: Untried = { items, impressions: () => 0, clicks: () => 0 }
const list = (weight: number, untried = unknown, seed = 1) =>
  listed(thompsonSampling(ranked, untried, { weight, seed }))
/** The mean share of the first `places` places that explores, if the first place is kept from it. */
const shareKept = (weight: number, places: number) => {
  const settings = { weight, keepsFirst: true }
  const counts = Array.from({ length: 1000 }, (_, seed) => {
    const { explored = new Uint8Array() } = thompsonSampling(ranked, unknown, { ...settings, seed, count: places })
    return explored.filter(Boolean).length
  })
  return counts.reduce((a, b) => a + b) / counts.length / places
}

describe('thompsonSampling', () => {
  it('explores nothing at a weight of 0', () => {
    assert.deepEqual(thompsonSampling(ranked, unknown, { weight: 0, seed: 1 }), { ...ranked, explored: undefined })
  })

  it('explores alone at a weight of 1, until nothing is left to explore', () => {
    const all = list(1)
    assert.ok(all.slice(0, 60).every(({ isExplored }) => isExplored))
    assert.deepEqual(
      all.slice(60).map(({ item }) => item),
      [...ranked.items.subarray(0, 90)],
    )
  })

  it('explores at about the share of places that the weight says', () => {
    const shares = Array.from(
      { length: 200 },
      (_, seed) =>
        list(0.3, unknown, seed)
          .slice(0, 25)
          .filter(({ isExplored }) => isExplored).length,
    )
    const mean = shares.reduce((a, b) => a + b) / 200 / 25
    assert.ok(Math.abs(mean - 0.3) < 0.03, `${mean}`)
  })

  it('keeps the first place for the best item unless the weight is 1', () => {
    for (const weight of [0.1, 0.5, 0.99]) assert.equal(shareKept(weight, 1), 0)
    assert.equal(shareKept(1, 1), 1)
    assert.equal(shareKept(1, 10), 1)
  })

  it('explores in as many places when the first is kept, or in all the others', () => {
    for (const [weight, places, share] of [
      [0.1, 2, 0.1],
      [0.3, 3, 0.3],
      [0.3, 10, 0.3],
      [0.5, 2, 0.5],
      [0.9, 2, 0.5],
      [0.9, 10, 0.9],
    ] as const) {
      const found = shareKept(weight, places)
      assert.ok(Math.abs(found - share) < 0.03, `${weight} in ${places} places: ${found}`)
    }
  })

  it('returns nothing twice, everything once, and falling scores', () => {
    const all = list(0.5)
    assert.equal(new Set(all.map(({ item }) => item)).size, 150)
    assert.equal(all.length, 150)
    for (const [at, { score }] of all.entries()) assert.ok(at === 0 || score <= all[at - 1]!.score)
  })

  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(list(0.5), list(0.5))
    assert.notDeepEqual(list(0.5), list(0.5, unknown, 2))
  })

  it('tries ever less what was shown without success, ever more what was clicked', () => {
    const learned: Untried = {
      items: Int32Array.of(200, 201, 202),
      impressions: () => 100,
      clicks: item => [0, 10, 60][item - 200]!,
    }
    const first = Array.from({ length: 100 }, (_, seed) => list(1, learned, seed)[0]!.item)
    assert.ok(first.filter(item => item === 202).length > 95)
  })

  it('prefers what suits the user', () => {
    const suited: Untried = { ...unknown, relevance: Float64Array.from(items, item => (item === 120 ? 1 : 0.01)) }
    const first = Array.from({ length: 100 }, (_, seed) => list(1, suited, seed)[0]!.item)
    assert.ok(first.filter(item => item === 120).length > 80)
  })

  it('has the scores of explored items that are given', () => {
    const all = list(0.5, { ...unknown, scoreOf: at => 1000 + items[at]! })
    for (const { item, score, isExplored } of all) assert.equal(score, isExplored ? 1000 + item : 1 - item / 100)
  })

  it('looks at some of very many alone', () => {
    let looks = 0
    const many = Int32Array.from({ length: 100_000 }, (_, at) => 1000 + at)
    const impressions = () => looks++
    list(0.5, { items: many, impressions, clicks: () => 0 }).slice(0, 25)
    assert.ok(looks <= 500)
  })

  it('explores from an empty list', () =>
    assert.equal(thompsonSampling(NOTHING, unknown, { weight: 0.3, seed: 1 }).items.length, 60))
})

describe('drawBeta', () => {
  it('has the mean a / (a + b) and the variance of the distribution', () => {
    const random = createRandom(7)
    const drawn = Array.from({ length: 20_000 }, () => drawBeta(3, 7, random))
    const mean = drawn.reduce((a, b) => a + b) / drawn.length
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length
    assert.ok(Math.abs(mean - 0.3) < 0.005, `${mean}`)
    assert.ok(Math.abs(variance - 21 / (100 * 11)) < 0.001, `${variance}`)
  })
})

describe('isUntried', () => {
  const day = 86_400_000
  const bounds = { newest: 100 * day, ageCutOffDays: 30 }
  it('is true of what is young and has few events', () => {
    assert.equal(isUntried({ created: 70 * day, events: 3 }, bounds), true)
    assert.equal(isUntried({ created: 69 * day, events: 3 }, bounds), false)
    assert.equal(isUntried({ created: 99 * day, events: 3000 }, bounds), false)
  })
})
