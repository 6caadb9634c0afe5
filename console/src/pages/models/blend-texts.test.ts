import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type BlendOfUsers, modelsOf, usersText } from './blend-texts.ts'

describe('the words for a blend', () => {
  it('name users by the number of their events', () => {
    const classes = [
      { eventsFrom: 0, eventsTo: 0 },
      { eventsFrom: 1, eventsTo: 1 },
      { eventsFrom: 2, eventsTo: 3 },
    ]
    assert.deepEqual([...classes, { eventsFrom: 8 }].map(usersText), [
      'No events',
      '1 event',
      '2 to 3 events',
      '8 events or more',
    ])
    assert.equal(usersText({ eventsFrom: 0 }), 'All users')
  })

  it('list the models that weigh most first', () => {
    const blends: readonly BlendOfUsers[] = [
      { eventsFrom: 0, weights: { popularity: 1 }, contextWeight: 0 },
      { eventsFrom: 1, weights: { slit: 0.9, ease: 0.1 }, contextWeight: 0 },
      { eventsFrom: 2, weights: { slit: 0.6, ease: 0.4 }, contextWeight: 0 },
    ]
    assert.deepEqual(modelsOf(blends), ['slit', 'popularity', 'ease'])
  })
})
