import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { meanOf } from '../../math/mean.ts'
import { trainContent } from '../models/content.ts'
import { weighFeatures } from '../models/feature-weights.ts'
import { openPersonalization, type PersonalizationState } from './personalization.ts'

const [DRAMA, COMEDY] = [0, 1]
/** Items 0 to 4 are dramas, 5 to 9 comedies; 4 and 9 came before training and nobody had them. */
const counts = Float64Array.of(5, 6, 7, 8, 0, 9, 9, 9, 9, 0)
const features = {
  offsets: Int32Array.from({ length: 11 }, (_, i) => i),
  features: Int32Array.from({ length: 10 }, (_, item) => (item < 5 ? DRAMA : COMEDY)),
}

const PARTS = [
  { name: 'popularity', state: { counts } },
  { name: 'content', state: trainContent(features, counts, weighFeatures(features, 2)) },
]

const ofGenre = (genre: number) => ({ features: Int32Array.of(genre), events: 0 })

function modelOf(weights: readonly number[], parts = PARTS) {
  const blends = [{ eventsFrom: 0, weights, floor: 0.1, contextWeight: 0 }]
  const state = { items: 10, parts, blends, metrics: {} }
  return openPersonalization(state as unknown as PersonalizationState)
}

describe('a blend', () => {
  it('finds its models by their roles, whatever their order', () => {
    const fan = { history: Int32Array.of(0) }
    const [inOrder, reversed] = [modelOf([0.7, 0.3]), modelOf([0.3, 0.7], PARTS.toReversed())]
    assert.deepEqual(reversed.ask(fan).rank(), inOrder.ask(fan).rank())
    const scores = [inOrder, reversed].map(model => model.ask(fan).coldItems()(ofGenre(DRAMA)))
    assert.equal(scores[1], scores[0])
  })
})

describe('items that nobody had', () => {
  // Popularity has all the weight, so nothing else speaks for what nobody had.
  const model = modelOf([1, 0])
  const fan = { history: Int32Array.of(0) }
  const orderOf = (query: { history: Int32Array }) => [...model.ask(query).rank().items]

  it('are worth what items are that are as much to the taste of the user, where content has no weight', () => {
    const [untried, ...known] = model.ask(fan).scoresOf([4, 1, 2, 3])
    // 0, which was had, is one of those as well: its score is what it has without being had.
    const had = Math.log(5 / 9 + 0.1)
    const mean = [had, ...known].reduce((sum, score) => sum + score, 0) / 4
    assert.ok(Math.abs(untried! - mean) < 1e-6, `${untried} ${known}`)
    const order = orderOf(fan)
    assert.ok(order.indexOf(4) < order.indexOf(1) && order.indexOf(4) > order.indexOf(2))
    assert.equal(order.indexOf(9), 8) // nothing is known of the taste for comedies: last but for what was had
  })

  it('are worth the same if they came after training', () => {
    const scoreOf = model.ask(fan).coldItems()
    const known = model.ask(fan).scoresOf([1, 2, 3])
    const mean = known.reduce((sum, score) => sum + score, 0) / 3
    assert.ok(Math.abs(scoreOf(ofGenre(DRAMA)) - mean) < 1e-6)
  })

  it('come last for a user of whom nothing is known', () => {
    const nobody = { history: new Int32Array() }
    assert.deepEqual(orderOf(nobody).slice(-2).toSorted(), [4, 9])
    assert.equal(model.ask(nobody).coldItems()(ofGenre(DRAMA)), Math.log(0.1))
  })

  it('are worth what items with as many events are, where events are all that is known of them', () => {
    const scoreOf = model.ask(fan).coldItems()
    const [first, ...rest] = [1, 2, 3, 5, 6, 7, 8] // all that anybody had, but for the fan's own
    const mean = meanOf(model.ask(fan).scoresOf([first!, ...rest]))
    const nothing = new Int32Array()
    assert.ok(Math.abs(scoreOf({ features: nothing, events: 9 }) - mean) < 1e-6)
    assert.equal(scoreOf({ features: Int32Array.of(DRAMA), events: 9 }), scoreOf(ofGenre(DRAMA)))
    const ofNobody = model.ask({ history: nothing }).coldItems()
    assert.ok(ofNobody({ features: Int32Array.of(DRAMA), events: 9 }) > ofNobody(ofGenre(DRAMA)))
  })

  it('have at least what content says of them where it has a weight', () => {
    const [untried, comedy] = modelOf([0.5, 0.5]).ask(fan).scoresOf([4, 9])
    assert.ok(untried! - comedy! > 0.5 * Math.log1p(10) - 1e-6)
  })
})
