import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import type { Model } from '../models/model.ts'
import { createRanker, orderBy } from './rank.ts'

const popularity = Float64Array.of(5, 9, 1, 9, 3)
const order = orderBy(popularity)
const query = { history: new Int32Array() }

describe('rank', () => {
  it('returns items that nobody scores by popularity, then by number', () => {
    const ranker = createRanker({ score() {} }, order)
    assert.deepEqual([...ranker.ask(query).rank().items.subarray(0, 9)], [1, 3, 0, 4, 2])
  })

  it('merges what is scored into the order of the prior', () => {
    const model: Model = {
      prior: popularity.map(count => count / 10),
      score: (_asked, out) => [out.add(2, 0.6), out.add(0, -1), out.add(4, 0.6)],
    }
    assert.deepEqual([...createRanker(model, order).ask(query).rank().items], [1, 3, 4, 2, 0])
    assert.deepEqual([...createRanker(model, order).ask(query).scoresOf([2, 1, 0])], [0.7, 0.9, -0.5])
  })

  it('is what sorting all scores gives', () => {
    const random = createRandom(3)
    const counts = Float64Array.from({ length: 300 }, () => Math.floor(random() * 40))
    const scored = Array.from({ length: 90 }, () => [Math.floor(random() * 300), Math.floor(random() * 9) - 2] as const)
    const model: Model = {
      prior: counts.map(count => Math.floor(count / 10)),
      score: (_asked, out) => {
        for (const [item, score] of scored) out.add(item, score)
      },
    }
    const by = orderBy(counts)
    const ranker = createRanker(model, by)
    const scores = ranker.ask(query).scoresOf(Array.from({ length: 300 }, (_, item) => item))
    const expected = Array.from({ length: 300 }, (_, item) => item).sort(
      (a, b) => scores[b]! - scores[a]! || by.places[a]! - by.places[b]!,
    )
    assert.deepEqual([...ranker.ask(query).rank().items.subarray(0, 300)], expected)
  })

  it('lists as many as are wanted of those that pass', () => {
    const model: Model = { score: ({ history }, out) => out.add(history[0]!, 1) }
    const ranker = createRanker(model, order)
    assert.deepEqual([...ranker.ask({ history: Int32Array.of(4) }).rank({ count: 2 }).items], [4, 1])
    const answer = ranker.ask({ history: Int32Array.of(2) })
    assert.deepEqual([...answer.rank({ count: 3, passes: item => item !== 1 }).items], [2, 3, 0])
    assert.deepEqual(answer.rank({ count: 0 }).items.length, 0)
  })

  it('has every item once, by falling score and then by popularity, whichever have a score of their own', () => {
    const random = createRandom(3)
    for (let items = 1; items < 60; items++) {
      const counts = Float64Array.from({ length: items }, () => Math.floor(4 * random()))
      const by = orderBy(counts)
      // From 0 to 3 as the prior, so that many are equal.
      const own = new Map(
        counts
          .entries()
          .filter(() => random() < 0.6)
          .map(([item]) => [item, Math.floor(3 * random())]),
      )
      const model: Model = {
        prior: counts,
        score(_asked, out) {
          for (const [item, score] of own) out.add(item, score)
        },
      }
      const scoreOf = (item: number) => counts[item]! + (own.get(item) ?? 0)
      assert.deepEqual(
        [...createRanker(model, by).ask(query).rank().items],
        [...counts.keys()].sort((a, b) => scoreOf(b) - scoreOf(a) || by.places[a]! - by.places[b]!),
      )
    }
  })

  it('knows the total that makes probabilities of scores', () => {
    const model: Model = { prior: popularity.map(Math.log), score: (_asked, out) => out.add(2, Math.log(3)) }
    assert.ok(Math.abs(createRanker(model, order).ask(query).logTotal() - Math.log(5 + 9 + 3 + 9 + 3)) < 1e-12)
  })
})
