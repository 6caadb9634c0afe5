import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../math/random.ts'
import { type Affinities, findSegments } from './affinity.ts'

/** [user][item] */
const interests = [
  [8, 2, 0],
  [1, 1, 2],
  [0, 0, 5],
  [3, 1, 0],
]
const affinities: Affinities = {
  users: 4,
  interestsOf: (user, each) => {
    for (const [item, interest] of interests[user]!.entries()) if (interest > 0) each(item, interest)
  },
}
const usersOf = (queries: readonly number[][], size = 4, of = affinities) =>
  findSegments(of, queries, size).map(segment => segment.map(({ user }) => user))

describe('findSegments', () => {
  it('ranks users by the share of their interest that an item has: .8, .75 and .25', () => {
    assert.deepEqual(usersOf([[0], [2]]), [
      [0, 3, 1, 2],
      [2, 1, 0, 3],
    ])
    const [segment] = findSegments(affinities, [[0]], 1)
    assert.ok(Math.abs(segment![0]!.score - 0.8) < 1e-6)
  })

  it('sums the interest in all items that have an attribute, each item once', () => {
    assert.deepEqual(usersOf([[1, 2, 2]]), [[2, 1, 3, 0]])
  })

  it('expects more of those who are active, also where nobody is interested', () => {
    const activityOf = (user: number) => [1, 1, 9, 2][user]!
    assert.deepEqual(usersOf([[0], []], 4, { ...affinities, activityOf }), [
      [3, 0, 1, 2],
      [2, 3, 0, 1],
    ])
  })

  it('returns no more users than are wanted, and than there are', () => {
    assert.deepEqual(usersOf([[0]], 2), [[0, 3]])
    assert.equal(usersOf([[0]], 1000)[0]!.length, 4)
    assert.deepEqual(usersOf([[0]], 0), [[]])
    assert.deepEqual(usersOf([[0]], 5, { ...affinities, users: 0 }), [[]])
  })

  it('keeps the best of many', () => {
    const random = createRandom(1)
    const scores = Float64Array.from({ length: 5000 }, () => Math.floor(random() * 1000) + 1)
    const many: Affinities = {
      users: 5000,
      interestsOf: (user, each) => {
        each(0, scores[user]!)
        each(1, 1000)
      },
    }
    const expected = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 300)
    assert.deepEqual(usersOf([[0]], 300, many)[0], expected)
  })
})
