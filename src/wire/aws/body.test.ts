import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readBody } from './body.ts'

describe('readBody', () => {
  const text = '{"policy": {"Effect": "Deny", "Effect": "Allow"}}'

  it('takes the last of two members, as JSON.parse does', () => {
    assert.deepEqual(readBody(Buffer.from(text)), { policy: { Effect: 'Allow' } })
  })

  it('refuses a member twice where a policy may be in the body', () => {
    const refused = { name: 'InvalidInputException', message: "'Effect' must be given once" }
    assert.throws(() => readBody(Buffer.from(text), undefined, true), refused)
    assert.deepEqual(readBody(Buffer.from('{"a": [{"b": 1}, {"b": 1}]}'), undefined, true), { a: [{ b: 1 }, { b: 1 }] })
  })
})
