import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SessionUsers } from './session-users.ts'

describe('the users of the latest sessions', () => {
  it('are known by dataset, session and user, until they are forgotten', () => {
    const users = new SessionUsers()
    users.note(1, 'visit', 'ann')
    assert.ok(users.isOf(1, 'visit', 'ann'))
    for (const [dataset, session, user] of [
      [2, 'visit', 'ann'],
      [1, 'another', 'ann'],
      [1, 'visit', 'ben'],
    ] as const)
      assert.equal(users.isOf(dataset, session, user), false, `${dataset} ${session} ${user}`)
    users.note(1, 'visit', 'ben')
    assert.equal(users.isOf(1, 'visit', 'ann'), false)
    users.forget(1, 'visit')
    assert.equal(users.isOf(1, 'visit', 'ben'), false)
    users.note(1, 'visit', 'ben')
    users.clear()
    assert.equal(users.isOf(1, 'visit', 'ben'), false)
  })

  it('are those of most of 100,000 sessions', () => {
    const users = new SessionUsers()
    const sessions = Array.from({ length: 100_000 }, (_, n) => `session-${n}`)
    for (const session of sessions) users.note(1, session, 'ann')
    assert.ok(sessions.filter(session => users.isOf(1, session, 'ann')).length > 90_000)
    assert.equal(sessions.filter(session => users.isOf(1, session, 'ben')).length, 0)
  })
})
