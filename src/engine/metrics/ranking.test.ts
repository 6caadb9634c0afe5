import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { coverage, ndcg, precision, reciprocalRank } from './ranking.ts'

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 5e-5, `${actual}, not ${expected}`)
/** Recommends items 1, 2, ..., n, the item's number being its position. */
const ranks = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe("the guide's example: the second and the fifth of five match", () => {
  const relevant = new Set([2, 5])

  it('reciprocal_rank is 0.5000', () => near(reciprocalRank(ranks(5), relevant), 0.5))
  it('normalized_discounted_cumulative_gain_at_5 is 0.6241', () => near(ndcg(ranks(5), relevant, 5), 0.6241))
  it('precision_at_5 is 0.4000', () => near(precision(ranks(5), relevant, 5), 0.4))
})

describe('reciprocalRank', () => {
  it("has the guide's mean .3056 for three users", () => {
    const users = [new Set([4, 10]), new Set([2, 4, 12]), new Set([6])]
    near(users.reduce((sum, relevant) => sum + reciprocalRank(ranks(25), relevant), 0) / 3, 0.3056)
  })

  it('is 0 where the first relevant one comes 26th', () => assert.equal(reciprocalRank(ranks(30), new Set([26])), 0))
})

describe('precision', () => {
  it("is the guide's 3 / 10", () => near(precision(ranks(10), new Set([1, 5, 9, 11]), 10), 0.3))
  it('divides by k though there are fewer recommendations', () => near(precision([1, 2], new Set([1]), 5), 0.2))
})

describe('ndcg', () => {
  it('is 1 when all the first k are relevant, though there be more', () =>
    near(ndcg(ranks(5), new Set(ranks(9)), 5), 1))
  it('of one target is 1 / log2(1 + its position)', () => near(ndcg(ranks(10), new Set([3]), 10), 0.5))
  it('is 0 beyond k', () => assert.equal(ndcg(ranks(20), new Set([11]), 10), 0))
})

describe('coverage', () => {
  it('counts an item once: 4 of 8', () =>
    near(
      coverage(
        [
          [0, 1, 2],
          [2, 1, 7],
        ],
        8,
      ),
      0.5,
    ))
})
