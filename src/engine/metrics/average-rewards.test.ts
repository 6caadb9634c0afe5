import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { averageRewards } from './average-rewards.ts'

/** Item i costs i. */
const price = (item: number) => item
const fifty = Array.from({ length: 50 }, (_, at) => 50 - at)

describe('averageRewards', () => {
  it('is the share of the rewards that the first 25 brought: 40 of 40 + 10, or 10', () => {
    assert.equal(averageRewards([{ recommended: fifty, interacted: new Set([40, 10]) }], price), 0.8)
    const cheapFirst = fifty.toReversed()
    assert.equal(averageRewards([{ recommended: cheapFirst, interacted: new Set([40, 10]) }], price), 0.2)
  })

  it('is the mean over the users who brought any', () => {
    const users = [new Set([40, 10]), new Set([50]), new Set<number>()].map(interacted => ({
      recommended: fifty,
      interacted,
    }))
    assert.equal(averageRewards(users, price), 0.9)
  })

  it('is 0 where nobody did', () => {
    assert.equal(averageRewards([{ recommended: [1, 2], interacted: new Set([3]) }], price), 0)
    assert.equal(averageRewards([], price), 0)
  })
})
