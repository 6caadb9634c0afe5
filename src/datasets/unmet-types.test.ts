import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unmetTypes } from './unmet-types.ts'

describe('the event types that are wanted and that no event has', () => {
  it('are named, with those that there are', () => {
    assert.equal(unmetTypes(['Watch'], ['click', 'watch']), 'no event has the type "Watch"; there are "click", "watch"')
    const several = unmetTypes(['buy', 'view', 'like', 'view'], ['buy'])
    assert.equal(several, 'no event has the type "view", "like"; there are "buy"')
    const many = Array.from({ length: 12 }, (_, i) => `t${i}`)
    assert.match(unmetTypes(['Watch'], many)!, /"t8", "t9" and 2 more$/)
  })

  it('are none where each has an event, where none is wanted, or where there are no events', () => {
    assert.equal(unmetTypes(['Watch'], ['Watch', 'click']), undefined)
    assert.equal(unmetTypes([], ['click']), undefined)
    assert.equal(unmetTypes(['Watch'], []), undefined)
  })
})
