import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ListSolutionsCommand, PersonalizeClient } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand, PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'
import { startTestServer } from '../../test/support/server.ts'
import { LOCAL_KEY } from '../config.ts'
import { operationModel } from '../contract/registry.ts'
import { operations } from './index.ts'

describe('operations', () => {
  it('are in the model, each once', () => {
    const names = operations.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
    for (const name of names) assert.equal(operationModel(name).name, name)
  })

  it('that are not built say so, and clients do not try again', async () => {
    await using server = await startTestServer()
    const options = { endpoint: server.url, region: 'us-east-1', credentials: LOCAL_KEY, maxAttempts: 3 }
    const campaignArn = 'arn:aws:personalize:us-east-1:000000000000:campaign/none'
    const sent = [
      new PersonalizeClient(options).send(new ListSolutionsCommand({})),
      new PersonalizeRuntimeClient(options).send(new GetRecommendationsCommand({ campaignArn, userId: 'ann' })),
    ]
    for (const [i, name] of ['ListSolutions', 'GetRecommendations'].entries()) {
      await assert.rejects(sent[i]!, ({ name: error, message, $metadata }) => {
        assert.deepEqual(
          [error, $metadata.httpStatusCode, $metadata.attempts],
          ['UnsupportedOperationException', 400, 1],
        )
        assert.match(message, new RegExp(`^${name} is not built yet; the README lists the operations that are$`))
        return true
      })
    }
  })
})
