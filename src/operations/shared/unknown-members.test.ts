import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { validateInput } from '../../contract/validate.ts'
import { openUnknownMembers } from './unknown-members.ts'
import { NAMES_MAX } from './unknown-properties.ts'

describe('members that the model lacks', () => {
  function open() {
    const lines: object[] = []
    const leftOut = openUnknownMembers({ warn: (line: object) => void lines.push(line) })
    const put = (input: object) =>
      validateInput('PutEvents', structuredClone(input), (member, known) => leftOut('PutEvents', member, known))
    return { lines, put }
  }
  const event = { eventType: 'watch', sentAt: 1 }
  const input = { trackingId: 't', sessionId: 's', eventList: [event] }

  it('are logged once each, with the member that is probably meant', () => {
    const { lines, put } = open()
    put(input)
    for (const _ of [1, 2]) put({ ...input, userID: 'u', eventList: [{ ...event, Properties: '{}', colour: 1 }] })
    const operation = 'PutEvents'
    assert.deepEqual(lines, [
      { operation, member: 'userID', perhaps: 'userId' },
      { operation, member: 'Properties', perhaps: 'properties' },
      { operation, member: 'colour', perhaps: undefined },
    ])
  })

  it('are logged in a safe form, and 100 at most', () => {
    const { lines, put } = open()
    put({ ...input, ['a\nb\ud800'.padEnd(300)]: 1 })
    assert.deepEqual(lines, [{ operation: 'PutEvents', member: 'a\ufffdb\ufffd'.padEnd(100), perhaps: undefined }])
    for (let i = 0; i < 2 * NAMES_MAX; i++) put({ ...input, [`name${i}`]: 1 })
    assert.equal(lines.length, NAMES_MAX)
  })
})
