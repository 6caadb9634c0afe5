import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './math/random.ts'
import { bestFirst, byCount, Cursor, thenRest } from './ranked.ts'

/** All items of lists that follow one another. */
function allOf(lists: ReturnType<typeof bestFirst>) {
  const [items, scores]: [number[], number[]] = [[], []]
  for (const cursor = new Cursor(lists); cursor.next(); ) {
    items.push(cursor.item)
    scores.push(cursor.score)
  }
  return { items, scores }
}

describe('bestFirst', () => {
  // The first of all: the kernel has no memory yet.
  it('returns nothing of nothing', () => assert.deepEqual(allOf(bestFirst([], [])).items, []))

  it('returns all by falling score, of equal ones the lower number first, however many are looked for first', () => {
    const random = createRandom(1)
    for (const [length, different] of [
      [1, 1],
      [129, 1e9],
      [1000, 50],
      [5000, 1e9],
    ] as const) {
      const scores = Float64Array.from({ length }, () => Math.floor(random() * different) - different / 2)
      const items = Int32Array.from(scores, (_, item) => length - 1 - item)
      for (const first of [1, 500, Number.POSITIVE_INFINITY]) {
        const given = allOf(bestFirst(items, scores.toReversed(), undefined, first))
        assert.deepEqual(Int32Array.from(given.items), byCount(scores))
        assert.deepEqual(Float64Array.from(given.scores), scores.toSorted().reverse())
      }
    }
  })
})

describe('thenRest', () => {
  it('follows what has a score with the rest, each item once and the excluded one never', () => {
    const found = { items: Int32Array.of(4, 3, 2), scores: Float64Array.of(2, 1, 0) }
    const { items, scores } = thenRest([found], [1, 3, 0, 2], {}, 1)
    assert.deepEqual([items, scores], [Int32Array.of(4, 3, 0, 2), Float64Array.of(2, 1, 0, 0)])
  })
})
