import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { distance } from './time.ts'

describe('the distance of a time', () => {
  const now = Date.parse('2030-01-31T12:00:00Z')
  it('is in the greatest unit that fits, before and after', () => {
    assert.equal(distance('2030-01-31T11:57:10Z', now), '2 minutes ago')
    assert.equal(distance('2030-02-02T12:00:00Z', now), 'in 2 days')
    assert.equal(distance('2028-01-31T12:00:00Z', now), '2 years ago')
    assert.equal(distance(now, now), 'now')
  })
})
