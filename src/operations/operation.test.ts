import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { longOperation, type Services } from './operation.ts'

describe('longOperation', () => {
  it('ends before the next one begins, where two requests arrive together', async () => {
    const told: string[] = []
    const { run } = longOperation('GetRecommendations', async (_services, { userId }) => {
      told.push(`begin ${userId}`)
      await Promise.resolve()
      told.push(`end ${userId}`)
      return {}
    })
    await Promise.all(['a', 'b'].map(userId => run({} as Services, { userId })))
    assert.deepEqual(told, ['begin a', 'end a', 'begin b', 'end b'])
  })
})
