import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { openPersonalization } from '../serving/personalization.ts'
import { trainPersonalization } from '../training/train.ts'

const [USERS, EACH, CAMP, AGES] = [800, 8, 40, 10]
/** Of ten ages four have a taste of their own; the others have another. */
const isYoung = (age: number) => age < 4

/** Users of whom the age and some properties are known. A tenth of their events is with the items of either camp. */
function world(others: number) {
  const random = createRandom(5)
  const below = (n: number) => Math.floor(n * random())
  const propertiesOf = (age: number) => [`${age}`, ...Array.from({ length: others }, () => `${below(8)}`)]
  const ages = Array.from({ length: USERS }, () => below(AGES))
  const sequences = ages.map(age =>
    Array.from({ length: EACH }, () => {
      const isOfCamp = random() < 0.1 ? random() < 0.5 : isYoung(age)
      return (isOfCamp ? 0 : CAMP) + Math.floor(CAMP * random() ** 1.5)
    }),
  )
  return { data: { interactions: fromSequences(sequences, 2 * CAMP), users: ages.map(propertiesOf) }, propertiesOf }
}

describe('a user without events', () => {
  for (const others of [0, 5])
    it(`is recommended what users of the same age like, beside ${others} properties that tell nothing`, () => {
      const { data, propertiesOf } = world(others)
      const model = openPersonalization(trainPersonalization(data))
      for (let age = 0; age < AGES; age++) {
        const query = { history: new Int32Array(), properties: propertiesOf(age) }
        const { items } = model.ask(query).rank({ count: 10 })
        const own = items.filter(item => item < CAMP === isYoung(age)).length
        assert.ok(own >= 8, `${own} of ten for age ${age}`)
      }
    })

  it('is recommended by two properties together where neither tells anything alone', () => {
    const random = createRandom(5)
    const users = Array.from({ length: USERS }, () => [`${random() < 0.5}`, `${random() < 0.5}`])
    const isSame = ([one, other]: readonly string[]) => one === other
    const itemOf = (own: readonly string[]) => (isSame(own) ? 0 : CAMP) + Math.floor(CAMP * random() ** 1.5)
    const sequences = users.map(own => Array.from({ length: EACH }, () => itemOf(own)))
    const model = openPersonalization(trainPersonalization({ interactions: fromSequences(sequences, 2 * CAMP), users }))
    for (const properties of [
      ['true', 'true'],
      ['true', 'false'],
    ]) {
      const { items } = model.ask({ history: new Int32Array(), properties }).rank({ count: 10 })
      assert.ok(
        items.every(item => item < CAMP === isSame(properties)),
        `${items} for ${properties}`,
      )
    }
  })
})
