import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from './math/random.ts'
import { bestFirst, byCount, firstOf, thenRest } from './ranked.ts'

describe('bestFirst', () => {
  // The first of all: the kernel has no memory yet.
  it('gives nothing of nothing', () => assert.deepEqual([...bestFirst([], [])], []))

  it('gives all by falling score, of equal ones the lower number first', () => {
    const random = createRandom(1)
    const scores = Float64Array.from({ length: 1000 }, () => Math.floor(random() * 50))
    const items = Int32Array.from(scores, (_, item) => 999 - item)
    const given = [...bestFirst(items, scores.toReversed())]
    assert.deepEqual(
      Int32Array.from(given, ({ item }) => item),
      byCount(scores),
    )
    assert.equal(given[0]!.score, Math.max(...scores))
  })

  it('gives what the scores were when it began', () => {
    const scores = [1, 3, 2]
    const answer = bestFirst([0, 1, 2], scores)
    answer.next()
    scores[0] = 9
    assert.deepEqual(firstOf(answer, 2), Int32Array.of(2, 0))
  })
})

describe('thenRest', () => {
  it('follows what has a score with the rest, each item once and the excluded one never', () => {
    const found = [
      { item: 4, score: 2 },
      { item: 3, score: 1 },
      { item: 2, score: 0 },
    ]
    assert.deepEqual([...thenRest(found, [1, 3, 0, 2], 1)], [...found.slice(0, 2), { item: 0, score: 0 }, found[2]])
  })
})
