import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './random.ts'
import { sortByScore } from './sort-by-score.ts'

describe('sortByScore', () => {
  const random = createRandom(1)
  /** Ways to draw a score: even, many alike, all alike, of many magnitudes, almost all in one bucket, some at −∞. */
  const draws: Readonly<Record<string, () => number>> = {
    even: random,
    'many alike': () => Math.floor(random() * 20),
    'all alike': () => 3,
    'of many magnitudes': () => Math.exp(200 * random()) * (random() < 0.5 ? -1 : 1),
    'almost all beside one another': () => (random() < 0.01 ? 1e6 : 1e-6 * random()),
    'of least numbers': () => Number.MIN_VALUE * Math.floor(random() * 3),
    'beyond all differences': () => (random() - 0.5) * 2 * Number.MAX_VALUE,
    'some at −∞': () => (random() < 0.3 ? Number.NEGATIVE_INFINITY : random()),
    'alike but for their last digits': () => 1 + Number.EPSILON * Math.floor(random() * 1000),
  }

  for (const [name, draw] of Object.entries(draws))
    it(`sorts scores that are ${name}, and of equal ones the lower place first`, () => {
      for (const count of [0, 1, 2, 16, 17, 60, 500, 3000])
        for (const places of [undefined, Int32Array.from({ length: count }, (_, item) => count - item)]) {
          const items = Int32Array.from({ length: count }, (_, at) => (at * 7919) % Math.max(1, count))
          const scores = Float64Array.from(items, draw)
          const placeOf = (item: number) => places?.[item] ?? item
          const expected = Array.from(items, (item, at) => ({ item, score: scores[at]! })).sort((a, b) =>
            a.score === b.score ? placeOf(a.item) - placeOf(b.item) : a.score > b.score ? -1 : 1,
          )
          sortByScore(items, scores, places)
          assert.deepEqual(
            [...items],
            expected.map(({ item }) => item),
            `${count}`,
          )
          assert.deepEqual(
            [...scores],
            expected.map(({ score }) => score),
          )
        }
    })

  it('takes −0 and 0 for equal', () => {
    const [items, scores] = [Int32Array.of(2, 1, 0), Float64Array.of(0, -0, 0)]
    sortByScore(items, scores)
    assert.deepEqual([...items], [0, 1, 2])
  })
})
