import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openShown } from './recent-recommendations.ts'

describe('what was shown', () => {
  it('is remembered for 50,000 recommendations, of long lists for fewer', async () => {
    for (const { length, kept } of [
      { length: 1, kept: 50_000 },
      { length: 500, kept: 4000 },
    ]) {
      const { remember, find } = openShown()
      const ids = Array.from({ length }, (_, n) => `item-${n}`)
      for (let n = 0; n <= kept; n++) remember(`id-${n}`, { datasetGroup: 'shop', ids })
      assert.equal(await find('id-0', 'shop'), undefined)
      for (let n = 1; n <= kept; n++) assert.equal((await find(`id-${n}`, 'shop'))?.length, length)
    }
  })
})
