import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openShown } from './recommendation-id.ts'

describe('what was shown', () => {
  it('is remembered for 50,000 recommendations, of long lists for fewer', () => {
    for (const { length, kept } of [
      { length: 1, kept: 50_000 },
      { length: 500, kept: 4000 },
    ]) {
      const { remember, find } = openShown()
      const ids = Array.from({ length }, (_, n) => `item-${n}`)
      const given = Array.from({ length: kept + 1 }, () => remember('arn', ids))
      assert.deepEqual(
        given.filter(id => !find(id)),
        [given[0]],
      )
    }
  })
})
