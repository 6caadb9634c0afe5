import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertPartsSum, market } from '#test/engine.ts'
import type { ScorePart } from '../../evidence.ts'
import { openColdUser, trainColdUser } from '../models/cold-user.ts'
import { openContent, trainContent } from '../models/content.ts'
import { weighFeatures } from '../models/feature-weights.ts'
import type { BlendQuery } from '../models/model.ts'
import { openPersonalFrequency, PERSONAL_FREQUENCY } from '../models/personal-frequency.ts'
import { trainPersonalization } from '../training/train.ts'
import { openPersonalization } from './personalization.ts'

const ITEMS = 120
const data = market(1200, 1)
const contexts = {
  values: [['phone', 'desk']],
  classes: data.interactions.sequence.map(item => item % 2),
}
const withContexts = { ...data, interactions: { ...data.interactions, contexts } }
const model = openPersonalization(trainPersonalization(withContexts))
const all = Int32Array.from({ length: ITEMS }, (_, item) => item)

const sumOf = (parts: readonly ScorePart[]) => parts.reduce((sum, { score }) => sum + score, 0)

describe('the parts of a score', () => {
  const USERS: Readonly<Record<string, BlendQuery>> = {
    'a stranger': { history: new Int32Array() },
    'properties alone': { history: new Int32Array(), properties: ['likes 7'] },
    'one event': { history: Int32Array.of(3) },
    'events, some twice, and properties': { history: Int32Array.of(3, 40, 5, 3, 41), properties: ['likes 3'] },
    'many events with weights': {
      history: Int32Array.from({ length: 60 }, (_, at) => (13 * at) % ITEMS),
      weights: Float32Array.from({ length: 60 }, (_, at) => 0.2 + (at % 4)),
      properties: ['likes 1'],
    },
    'a context': { history: Int32Array.of(3, 4), context: ['phone'] },
    'values that training never saw': { history: Int32Array.of(3), properties: ['likes 99'], context: ['tablet'] },
  }
  for (const [name, query] of Object.entries(USERS))
    it(`sum up to the score of every item: ${name}`, () => {
      const answer = model.ask(query)
      const scores = answer.scoresOf(all)
      for (const [item, parts] of answer.explain(all).entries())
        assert.ok(Math.abs(sumOf(parts) - scores[item]!) < 1e-6, `${item}: ${sumOf(parts)} is not ${scores[item]}`)
    })

  it('name the events and properties of this user alone', () => {
    const kinds = (query: BlendQuery) =>
      new Set(
        model
          .ask(query)
          .explain(all)
          .flat()
          .map(({ evidence }) => evidence.kind),
      )
    assert.ok(kinds({ history: Int32Array.of(3) }).has('event'))
    assert.ok(!kinds({ history: Int32Array.of(3) }).has('properties'))
    const cold = kinds({ history: new Int32Array(), properties: ['likes 7'] })
    assert.ok(cold.has('properties') && !cold.has('event') && !cold.has('habit'))
    assert.deepEqual([...kinds({ history: Int32Array.of(3), context: ['phone'] })].includes('context'), true)
  })

  it('give the event that leads to an item the most of it', () => {
    // After item 3 of a group comes item 4; the others are of other groups.
    const query = { history: Int32Array.of(50, 77, 3) }
    const [parts] = model.ask(query).explain(Int32Array.of(4))
    const byEvent = [0, 0, 0]
    for (const { evidence, score } of parts!) if (evidence.kind === 'event') byEvent[evidence.at]! += score
    assert.ok(byEvent[2]! > byEvent[0]! && byEvent[2]! > byEvent[1]!, `${byEvent}`)
  })

  it('sum up to the score of an item that came after training', () => {
    const query = { history: Int32Array.of(24, 25, 26) }
    const answer = model.ask(query)
    for (const features of [Int32Array.of(2), Int32Array.of(7), new Int32Array()])
      for (const events of [0, 10])
        for (const isHad of [false, true]) {
          const coldItem = { features, events, isHad }
          const score = answer.coldItems()(coldItem)
          const parts = answer.explainColdItem(coldItem, score)
          assert.ok(Math.abs(sumOf(parts) - score) < 1e-9)
          const isByEvents = parts.some(({ evidence }) => evidence.kind === 'popularity' && evidence.count === 10)
          assert.equal(isByEvents, events === 10 && features.length === 0)
          assert.equal(
            parts.some(({ evidence, score }) => evidence.kind === 'habit' && score < 0),
            isHad,
          )
        }
  })
})

describe('models that know users or items by what they are', () => {
  const { interactions, users, itemFeatures, features } = data
  const counts = new Float64Array(ITEMS).fill(1)
  const MODELS = {
    'cold user': openColdUser(trainColdUser(interactions, users)),
    content: openContent(trainContent(itemFeatures, counts, weighFeatures(itemFeatures, features))),
    'personal frequency': openPersonalFrequency({ memory: PERSONAL_FREQUENCY }),
  }
  for (const [name, one] of Object.entries(MODELS))
    it(`say what their scores come from: ${name}`, () => {
      for (const history of [[], [3], [3, 40, 3, 5, 77]])
        assertPartsSum(one, ITEMS, { history: Int32Array.from(history), properties: ['likes 7'] })
    })

  it('say which property and which pair of properties', () => {
    const pairs = users.map(([taste], user) => [taste!, user % 2 ? 'odd' : 'even'])
    const cold = openColdUser(trainColdUser(interactions, pairs))
    const columns = new Set<string>()
    const query = { history: Int32Array.of(3), properties: ['likes 7', 'odd'] }
    assertPartsSum(cold, ITEMS, query)
    cold.contributions!(query, new Set(all), (_item, _part, evidence) => {
      if (evidence.kind === 'properties') columns.add(evidence.columns.join())
    })
    assert.deepEqual([...columns].sort(), ['0', '0,1', '1'])
  })
})
