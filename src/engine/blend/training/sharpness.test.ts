import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { openPersonalization } from '../serving/personalization.ts'
import { sharpnessOf } from './sharpness.ts'
import type { Shortlist } from './shortlist.ts'
import { trainPersonalization } from './train.ts'

const ITEMS = 40

/** Questions whose answer is drawn with the probabilities (share + floor)^power of the items. */
function drawn(count: number, floor: number, power: number): Shortlist[] {
  const random = createRandom(5)
  return Array.from({ length: count }, () => {
    const shares = Float32Array.from({ length: ITEMS }, () => random())
    const odds = Array.from(shares, share => (share + floor) ** power)
    const sums = odds.map((_, at) => odds.slice(0, at + 1).reduce((a, b) => a + b))
    const drawnAt = random() * sums.at(-1)!
    const target = sums.findIndex(sum => sum > drawnAt)
    const [own, first] = [shares[target]!, shares[0]!]
    shares.set([first], target)
    shares.set([own], 0)
    const nothing = {
      habits: new Float32Array(ITEMS).fill(Number.NaN),
      lags: new Float32Array(ITEMS),
      lifts: new Float32Array(),
      steps: new Float32Array(1),
    }
    return { shares, size: ITEMS, targets: 1, relevant: 1, ...nothing }
  })
}

describe('the sharpness of a blend', () => {
  for (const [floor, power] of [
    [0.01, 1],
    [0.1, 2],
    [1, 8],
  ] as const)
    it(`is that of the choices that users make: ${power} where ε is ${floor}`, () => {
      const blend = { eventsFrom: 0, weights: [1], floor, contextWeight: 0 }
      const found = sharpnessOf(drawn(1000, floor, power), blend, { k: 10 })
      assert.ok(Math.abs(found / power - 1) < 0.1, `${found}`)
    })

  it('leaves out items that habits rule out', () => {
    const habit = { shift: 1, weight: 1 }
    const blend = { eventsFrom: 0, weights: [1], floor: 0.1, contextWeight: 0 }
    const questions = drawn(1000, 0.1, 2).map(one => ({ ...one, habits: one.habits.with(ITEMS - 1, -30) }))
    const found = sharpnessOf(questions, blend, { k: 10, habit })
    assert.ok(Math.abs(found / 2 - 1) < 0.1, `${found}`)
  })
})

describe('the probabilities of items', () => {
  const [USERS, CAMP] = [240, 25]
  const isWithout = (user: number) => user % 6 < 2
  /** Two camps of taste that never mix. A third of the users has no property, and that of one in eight is wrong. */
  const random = createRandom(24)
  const histories = Array.from({ length: USERS }, (_, user) =>
    Int32Array.from({ length: 20 }, () => (user % 2) * CAMP + Math.floor(CAMP * random())),
  )
  const properties = histories.map((_, user) => [
    isWithout(user) ? null : `fan of ${user % 16 > 13 ? 1 - (user % 2) : user % 2}`,
  ])
  const interactions = fromSequences(histories, 2 * CAMP)
  const model = openPersonalization(trainPersonalization({ interactions, users: properties }, { seed: 1 }))
  const answerTo = (user: number) => model.ask({ history: histories[user]!, properties: properties[user] })

  it('sum up to 1, also with items that came after the training', () => {
    for (let user = 0; user < 12; user++) {
      const answer = answerTo(user)
      const late = Float64Array.of(-0.5, -3)
      const probabilityOf = answer.probabilities(late)
      const { items, scores } = answer.rank()
      const total = [...items, 2 * CAMP, 2 * CAMP + 1].reduce(
        (sum, _item, at) => sum + probabilityOf([...scores, ...late][at]!),
        0,
      )
      assert.ok(Math.abs(total - 1) < 1e-9, `${total}`)
    }
  })

  it('compare between users with and without properties', () => {
    let [found, without] = [0, 0]
    const items = Int32Array.from({ length: 2 * CAMP }, (_, item) => item)
    const chancesOf = histories.map((_, user) => {
      const answer = answerTo(user)
      return answer.scoresOf(items).map(answer.probabilities())
    })
    for (const item of items) {
      const chances = chancesOf.map(ofUser => ofUser[item]!)
      const first = [...chances.keys()].sort((a, b) => chances[b]! - chances[a]!).slice(0, USERS / 4)
      assert.ok(first.every(user => user % 2 === Math.floor(item / CAMP)))
      found += first.length
      without += first.filter(isWithout).length
    }
    assert.ok(without > 0.12 * found && without < 0.55 * found, `${without} of ${found}`)
  })
})
