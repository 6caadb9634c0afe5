import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reloaded, scoresOf } from '#test/engine.ts'
import { CONTENT, openContent, trainContent } from './content.ts'
import { weighFeatures } from './feature-weights.ts'

/** Items 0: features 0, 1; 1: feature 0; 2: feature 1; 3: feature 1. */
const described = { offsets: Int32Array.of(0, 2, 3, 4, 5), features: Int32Array.of(0, 1, 0, 1, 1) }
const popularity = Float64Array.of(1, 2, 3, 4)
const weights = weighFeatures(described, 2)
const model = openContent(reloaded(trainContent(described, popularity, weights)))
/** How rare: two of four items have feature 0, three have feature 1. */
const [rare, common] = [Math.log(1 + 4 / 2), Math.log(1 + 4 / 3)]
const length = Math.hypot(rare, common)

describe('content', () => {
  it('is the cosine of rare features with what was had: worked by hand', () => {
    const scores = scoresOf(model, 4, { history: [0] })
    for (const [item, expected] of [1, rare / length, common / length, common / length].entries())
      assert.ok(Math.abs(scores[item]! - expected) < 1e-6, `${item}: ${scores}`)
  })

  it('scores an item that came later as it would score one that it knows', () => {
    const query = { history: Int32Array.of(0, 2) }
    const score = model.coldItems(query)
    const known = scoresOf(model, 4, { history: [0, 2] })
    assert.ok(Math.abs(score(Int32Array.of(0)) - known[1]!) < 1e-6)
    assert.ok(Math.abs(score(Int32Array.of(0, 1)) - known[0]!) < 1e-6)
  })

  it('says nothing of features that nobody knew, nor to a user without history', () => {
    assert.equal(model.coldItems({ history: Int32Array.of(0) })(Int32Array.of(7)), 0)
    assert.deepEqual(scoresOf(model, 4, {}), [0, 0, 0, 0])
  })

  it('looks at the most popular items of a feature alone', () => {
    const capped = openContent(trainContent(described, popularity, weights, { ...CONTENT, itemsMax: 1 }))
    const scores = scoresOf(capped, 4, { history: [0] })
    assert.deepEqual(
      scores.map(score => score > 0),
      [false, true, false, true],
    )
  })
})
