import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { weighFeatures } from './feature-weights.ts'

const [USERS, ITEMS, COLOURS] = [200, 60, 3]
const random = createRandom(4)
const upTo = (count: number) => Math.floor(count * random())
/** Features 0 and 1 are the genre, which users stay with; 2 to 4 are colours at random. */
const features = Int32Array.from({ length: 2 * ITEMS }, (_, at) => (at % 2 === 0 ? (at / 2) % 2 : 2 + upTo(COLOURS)))
const described = { offsets: Int32Array.from({ length: ITEMS + 1 }, (_, item) => 2 * item), features }
const columns = Int32Array.of(0, 2)

/** Each user takes items of a genre, but for a share of them. */
const usersOf = (strays: number) =>
  fromSequences(
    Array.from({ length: USERS }, (_, user) =>
      Array.from({ length: 12 }, () => 2 * upTo(ITEMS / 2) + (random() < strays ? upTo(2) : user % 2)),
    ),
    ITEMS,
  )
const idf = (feature: number) => Math.log(1 + ITEMS / features.filter(one => one === feature).length)

describe('the weights of features', () => {
  it('are next to nothing in a column at random, though its values are rarer', () => {
    for (const strays of [0, 0.5]) {
      const weights = weighFeatures({ ...described, columns }, 5, usersOf(strays))
      assert.deepEqual([...weights.subarray(0, 2)], [idf(0), idf(1)])
      for (const colour of weights.subarray(2)) assert.ok(colour < 0.08 * weights[0]!, `${weights}`)
    }
  })

  it('are the rarity where all features are of one column, or nothing is told of users', () => {
    const all = [0, 1, 2, 3, 4].map(idf)
    assert.deepEqual([...weighFeatures(described, 5, usersOf(0))], all)
    assert.deepEqual([...weighFeatures({ ...described, columns }, 5)], all)
    assert.deepEqual([...weighFeatures({ ...described, columns }, 5, fromSequences([[3], []], ITEMS))], all)
  })

  it('are alike in columns that users come back to alike', () => {
    const twice = {
      ...described,
      features: features.map((feature, at) => (at % 2 === 0 ? feature : 2 + features[at - 1]!)),
    }
    const weights = weighFeatures({ ...twice, columns }, 4, usersOf(0.2))
    assert.ok(Math.abs(weights[2]! - weights[0]!) < 1e-9 && Math.abs(weights[3]! - weights[1]!) < 1e-9, `${weights}`)
  })
})
