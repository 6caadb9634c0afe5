import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EVERY_EVENT } from './event-rules.ts'
import { unmetTypes } from './unmet-types.ts'

describe('the event types that are trained on and that no event has', () => {
  const rules = (...types: readonly string[]) => types.map(eventType => ({ eventType }))

  it('are named, with those that there are', () => {
    assert.equal(
      unmetTypes(rules('Watch'), ['click', 'watch']),
      'no event has the type "Watch"; there are "click", "watch"',
    )
    assert.equal(
      unmetTypes(rules('buy', 'view', 'like'), ['buy']),
      'no event has the type "view", "like"; there are "buy"',
    )
    const many = Array.from({ length: 12 }, (_, i) => `t${i}`)
    assert.match(unmetTypes(rules('Watch'), many)!, /"t8", "t9" and 2 more$/)
  })

  it('are none where each has an event, where every type counts, or where there are no events', () => {
    assert.equal(unmetTypes(rules('Watch'), ['Watch', 'click']), undefined)
    assert.equal(unmetTypes(EVERY_EVENT, ['click']), undefined)
    assert.equal(unmetTypes(rules('Watch'), []), undefined)
  })
})
