import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reloaded } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { openPersonalization } from '../serving/personalization.ts'
import { trainPersonalization } from '../training/train.ts'
import { trainConditionalPopularity } from './conditional-popularity.ts'

const POPULAR = 100
const NICHE = 12
const FEW = 6

/** 500 users of eight events each. All have the same popular items, but for six, who have only those of a niche. */
function nicheWorld(few: number) {
  const random = createRandom(1)
  const itemOf = (user: number) =>
    user < few ? POPULAR + Math.floor(NICHE * random()) : Math.floor(POPULAR * random() ** 2)
  return fromSequences(
    Array.from({ length: 500 }, (_, user) => Array.from({ length: 8 }, () => itemOf(user))),
    POPULAR + NICHE,
  )
}

const conclusive = (few: number) => {
  const { offsets } = trainConditionalPopularity(nicheWorld(few)).P
  return Array.from({ length: POPULAR + NICHE }, (_, item) => item).filter(item => offsets[item + 1]! > offsets[item]!)
}

describe('conditional popularity', () => {
  it('is conclusive of items that only few users have, and of none that most have', () => {
    const found = conclusive(FEW)
    assert.ok(found.length >= 10, found.join())
    assert.ok(Math.min(...found) >= POPULAR, found.join())
  })

  it('is conclusive of nothing where all users have the same items', () => assert.deepEqual(conclusive(0), []))

  it('recommends the items of six users of 500 after one click, and says why', () => {
    const model = openPersonalization(reloaded(trainPersonalization({ interactions: nicheWorld(FEW) })))
    for (const clicked of [POPULAR, POPULAR + 1, POPULAR + 3]) {
      const answer = model.ask({ history: Int32Array.of(clicked) })
      const { items } = answer.rank({ count: 8 })
      assert.deepEqual(
        items.filter(item => item < POPULAR),
        new Int32Array(),
        `after ${clicked}: ${items}`,
      )
      const models = answer.explain(items.subarray(0, 1))[0]!.map(({ model }) => model)
      assert.ok(models.includes('conditional popularity'), models.join())
    }
  })

  it('recommends the items of one user in twenty, whose language alone is known', () => {
    const random = createRandom(3)
    const users = Array.from({ length: 400 }, (_, user) => [user % 20 === 0 ? 'de' : 'en'])
    const itemOf = (language: string) => (language === 'de' ? 30 : 0) + Math.floor(30 * random() ** 2)
    const sequences = users.map(([language]) => Array.from({ length: 6 }, () => itemOf(language!)))
    const model = openPersonalization(trainPersonalization({ interactions: fromSequences(sequences, 60), users }))
    const german = (language: string) =>
      model
        .ask({ history: new Int32Array(), properties: [language] })
        .rank({ count: 10 })
        .items.filter(item => item >= 30).length
    assert.deepEqual([german('de'), german('en')], [10, 0])
  })

  it('recommends what most have after one click on that', () => {
    const model = openPersonalization(trainPersonalization({ interactions: nicheWorld(FEW) }))
    const { items } = model.ask({ history: Int32Array.of(3) }).rank({ count: 10 })
    assert.ok(Math.max(...items) < POPULAR, items.join())
  })
})
