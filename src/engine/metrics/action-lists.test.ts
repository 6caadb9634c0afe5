import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ActionData, OUTCOMES } from '../actions/decisions.ts'
import { actionListMetrics } from './action-lists.ts'

const { NOT_TAKEN, TAKEN } = OUTCOMES

/** User 0 takes action 1 last, user 1 leaves action 2, user 2 has a single event. */
const data: ActionData = {
  actions: 40,
  users: Int32Array.of(0, 0, 1, 1, 2),
  events: Int32Array.of(1, 3, 4, 2, 5),
  times: Float64Array.of(2, 1, 1, 2, 1),
  outcomes: Uint8Array.of(TAKEN, NOT_TAKEN, TAKEN, NOT_TAKEN, TAKEN),
  features: [[], [], []],
}
const everything = (first: number) =>
  Int32Array.of(first, ...Array.from({ length: 40 }, (_, action) => action).filter(a => a !== first))

describe('actionListMetrics', () => {
  it('covers the actions that anybody is recommended, 25 a list', () => {
    const { coverage } = actionListMetrics(
      data,
      () => true,
      user => everything(30 + user),
    )
    assert.equal(coverage, 27 / 40)
    assert.equal(actionListMetrics(data, () => false, everything).coverage, 0)
  })

  it('looks for the newest action taken, with what was done before', () => {
    const asked: unknown[] = []
    const metrics = actionListMetrics(
      data,
      user => user < 2,
      (user, past) => {
        asked.push([user, past])
        return Int32Array.of(3, 1, 2)
      },
    )
    assert.deepEqual(asked, [
      [0, [{ action: 3, outcome: NOT_TAKEN }]],
      [1, [{ action: 4, outcome: TAKEN }]],
    ])
    for (const k of [5, 10, 25] as const)
      assert.equal(metrics[`normalized_discounted_cumulative_gain_at_${k}`], 1 / Math.log2(3))
  })
})
