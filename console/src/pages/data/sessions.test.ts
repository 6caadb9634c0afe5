import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ShownInteraction, visitsOf } from './sessions.ts'

const at = (minute: number, sessionId?: string) =>
  ({ timestamp: new Date(minute * 60_000).toISOString(), ...(sessionId && { sessionId }) }) as ShownInteraction

describe('the visits of a user', () => {
  const lengths = (history: readonly ShownInteraction[]) =>
    visitsOf(history).map(({ interactions, sessionId }) => [interactions.length, sessionId])

  it('are the sessions, however long they last', () => {
    assert.deepEqual(lengths([at(500, 'b'), at(400, 'b'), at(10, 'a')]), [
      [2, 'b'],
      [1, 'a'],
    ])
  })

  it('end with a pause of more than half an hour where there is no session', () => {
    assert.deepEqual(lengths([at(100), at(70), at(39), at(39)]), [
      [2, undefined],
      [2, undefined],
    ])
    assert.deepEqual(lengths([at(100, 'a'), at(99)]), [
      [1, 'a'],
      [1, undefined],
    ])
  })

  it('begin and end with their first and last interaction', () => {
    const [visit] = visitsOf([at(20, 'a'), at(10, 'a')])
    assert.deepEqual([visit!.start, visit!.end], ['1970-01-01T00:10:00.000Z', '1970-01-01T00:20:00.000Z'])
    assert.deepEqual(visitsOf([]), [])
  })
})
