import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { hmacHex, hmacKey } from './hmac.ts'

describe('hmacHex', () => {
  it('gives what createHmac gives, whatever the key and the text', () => {
    const keys = fc.uint8Array({ maxLength: 64 }).map(bytes => Buffer.from(bytes))
    fc.assert(
      fc.property(keys, fc.string({ unit: 'binary', maxLength: 300 }), (key, text) => {
        assert.equal(hmacHex(hmacKey(key), text), createHmac('sha256', key).update(text).digest('hex'))
      }),
    )
  })

  it('leaves the key as it was', () => {
    const key = hmacKey(randomBytes(32))
    assert.equal(hmacHex(key, 'a'), hmacHex(key, 'a'))
  })
})
