import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countedAt, openNewEventScores } from './new-event-scores.ts'

const [MOST, FLOOR] = [200, 0.01]
const parts = [{ name: 'popularity' }, { name: 'cold user' }, { name: 'graph walk' }] as const
/** Popularity and the model of properties weigh .8 in all; the third model is silent. */
const blend = { weights: [0.3, 0.5, 0.2], floor: FLOOR }
const scoreOf = openNewEventScores(parts, MOST)(blend)
const scoreAt = (share: number) => 0.8 * Math.log(share + FLOOR) + 0.2 * Math.log(FLOOR)

describe('the score of an item with events since the training', () => {
  it('is that of an item with as many events at training, for everybody', () => {
    for (const [count, more] of [
      [100, 100],
      [0, 150],
      [200, 200],
    ] as const) {
      const found = scoreOf({ score: scoreAt(count / MOST), count, more })
      assert.ok(Math.abs(found - scoreAt((count + more) / MOST)) < 1e-12, `${count} and ${more}: ${found}`)
    }
  })

  it('rises less for a user of whose kind few took it, the more that is known', () => {
    const scoreFor = (count: number) => scoreOf({ score: scoreAt(0), count, more: 100 })
    assert.ok(scoreFor(1000) < scoreFor(10) && scoreFor(10) < scoreFor(0))
    assert.ok(Math.abs(scoreFor(0) - scoreAt(0.5)) < 1e-12)
  })

  it('stays where no model of the blend knows popularity', () => {
    const silent = openNewEventScores(parts, MOST)({ weights: [0, 0, 1], floor: FLOOR })
    assert.equal(silent({ score: Math.log(FLOOR), count: 3, more: 50 }), Math.log(FLOOR))
  })
})

describe('an event after the training', () => {
  it('counts for more where popularity fades, sixteen at most', () => {
    const fading = { halfLife: 1000, now: 50_000 }
    assert.deepEqual(
      [49_000, 50_000, 51_000, 54_000, 9e9].map(time => countedAt(time, fading)),
      [0.5, 1, 2, 16, 16],
    )
    assert.equal(countedAt(9e9, undefined), 1)
  })
})
