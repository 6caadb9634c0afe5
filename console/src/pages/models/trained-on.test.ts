import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { trainedOnText } from './trained-on.ts'

describe('how much a model was trained on', () => {
  const all = { events: 2400, eventsTotal: 2400, users: 200, usersTotal: 200, oldest: '2026-01-12T13:56:40.000Z' }

  it('is all where nothing was left out', () => {
    assert.equal(trainedOnText(all), 'Trained on all 2,400 events of 200 users, the oldest of 2026-01-12.')
  })

  it('is a part of the events and of the users where not all fitted', () => {
    const text = 'Trained on 1,000 of 2,400 events, the oldest of 2026-01-12, of 80 of 200 users.'
    assert.equal(trainedOnText({ ...all, events: 1000, users: 80 }), text)
  })

  it('names no day where there is no event', () => {
    const none = { events: 0, eventsTotal: 0, users: 0, usersTotal: 0 }
    assert.equal(trainedOnText(none), 'Trained on all 0 events of 0 users.')
  })
})
