import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { News, newsWeights } from './news.ts'

describe('how much events tell others of their items', () => {
  it('is all for four events of a user, then less and less', () => {
    const news = new News()
    const ofAnn = Array.from({ length: 8 }, () => news.shareOf(7, 'ann'))
    assert.deepEqual(ofAnn, [1, 1, 1, 1, 4 / 5, 4 / 6, 4 / 7, 1 / 2])
    assert.deepEqual([news.shareOf(7, 'ben'), news.shareOf(8, 'ann')], [1, 1])
  })

  it('is all of it again after a pause', () => {
    const news = new News(10)
    const times = [0, 1, 2, 3, 4, 13, 23, 24]
    assert.deepEqual(
      times.map(time => news.shareOf(7, 'ann', time)),
      [1, 1, 1, 1, 4 / 5, 4 / 6, 1, 1],
    )
  })

  it('is the most for the newest event of a user with an item, times its weight', () => {
    const weights = Float32Array.of(5, 1, 1, 1, 1, 1, 3)
    const interactions = { ...fromSequences([[0, 1, 0, 0, 0, 0], [0]]), weights }
    assert.deepEqual([...newsWeights(interactions)], [4, 1, 1, 1, 1, 1, 3])
  })
})
