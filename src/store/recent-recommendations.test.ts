import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openShown } from './recent-recommendations.ts'

describe('what was shown', () => {
  it('is remembered for 50,000 recommendations', async () => {
    const { remember, find } = openShown()
    for (let n = 0; n <= 50_000; n++) remember(`id-${n}`, { datasetGroup: 'shop', ids: [`item-${n}`] })
    assert.equal(await find('id-0', 'shop'), undefined)
    for (let n = 1; n <= 50_000; n++) assert.deepEqual(await find(`id-${n}`, 'shop'), [`item-${n}`])
  })
})
