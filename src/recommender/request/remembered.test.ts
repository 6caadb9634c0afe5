import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Store } from '../../store/store.ts'
import { remembered } from './remembered.ts'
import type { BegunRequest, ReadRequest, Recommender } from './request.ts'

describe('remembered', () => {
  it('works one list out before it begins the next, where two requests arrive together', async () => {
    const told: string[] = []
    const begun = { model: { ranker: {} } } as BegunRequest
    const ask = (userId: string) =>
      remembered(
        {} as Store,
        begun,
        {} as Recommender,
        { userId, numResults: 1, now: 0 },
        {
          async read() {
            told.push(`begin ${userId}`)
            return {} as ReadRequest
          },
          async workOut() {
            await Promise.resolve()
            told.push(`end ${userId}`)
            return { found: { ids: [] }, promoted: { ids: [] } }
          },
        },
      )
    await Promise.all(['a', 'b'].map(ask))
    assert.deepEqual(told, ['begin a', 'end a', 'begin b', 'end b'])
  })
})
