import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reloaded, scoresOf } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { openContextLift, trainContextLift } from './context-lift.ts'

/** Item 0 twice on a phone, item 1 once on a phone and once at a desk. */
const interactions = {
  ...fromSequences([[0, 0, 1, 1]], 3),
  contexts: { values: [['phone', 'desk']], classes: Int32Array.of(0, 0, 0, 1) },
}
const model = openContextLift(reloaded(trainContextLift(interactions, { smoothing: 1, keep: 10 })))

describe('context lift', () => {
  it('is log P(c | i) / P(c), smoothed: worked by hand', () => {
    const [phone, desk] = [3 / 4, 1 / 4]
    const lift = (count: number, share: number) => Math.log((count + share) / (3 * share))
    for (const [text, expected] of [
      ['phone', [lift(2, phone), lift(1, phone)]],
      ['desk', [lift(0, desk), lift(1, desk)]],
    ] as const) {
      const scores = scoresOf(model, 3, { context: [text] })
      for (const [item, value] of expected.entries())
        assert.ok(Math.abs(scores[item]! - value) < 1e-6, `${text}: ${scores}`)
      assert.equal(Math.abs(scores[2]!) < 1e-6, true)
    }
  })

  it('holds an event without a context for no sign of any', () => {
    const some = { ...interactions, contexts: { ...interactions.contexts, classes: Int32Array.of(0, -1, 0, 1) } }
    const lifts = openContextLift(reloaded(trainContextLift(some, { smoothing: 1, keep: 10 })))
    const expected = Math.log((1 + 2 / 3) / (2 * (2 / 3)))
    assert.ok(Math.abs(scoresOf(lifts, 3, { context: ['phone'] })[0]! - expected) < 1e-6)
  })

  it('counts each category of a list, in events and in requests', () => {
    const contexts = { values: [['phone|desk', 'desk']], classes: Int32Array.of(0, 1, 0, -1), lists: [true] }
    const lifts = openContextLift(reloaded(trainContextLift({ ...interactions, contexts }, { smoothing: 1, keep: 10 })))
    const scoresIn = (context: string) => scoresOf(lifts, 3, { context: [context] })
    const phone = [(1 + 2 / 3) / (3 * (2 / 3)), (1 + 2 / 3) / (2 * (2 / 3))].map(Math.log)
    for (const [item, value] of phone.entries()) assert.ok(Math.abs(scoresIn('phone')[item]! - value) < 1e-6)
    // Every event is at a desk, which says nothing.
    for (const context of ['phone|desk', 'desk|phone', 'phone|watch'])
      for (const [item, value] of phone.entries()) assert.ok(Math.abs(scoresIn(context)[item]! - value) < 1e-6, context)
  })

  it('says nothing where the context is not known', () => {
    for (const context of [undefined, [], [null], ['watch']])
      assert.deepEqual(scoresOf(model, 3, { context }), [0, 0, 0])
  })
})
