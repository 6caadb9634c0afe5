import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { GetRecommendationsCommand, PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'
import { startServer } from 'personalite'

const ARN = 'arn:aws:personalize:us-east-1:000000000000'

describe('a shop with a seed', () => {
  let server
  let runtime
  before(async () => {
    server = await startServer({ dataDir: ':memory:', port: 0, seed: 'shop.yaml', minimums: 'off' })
    const { url: endpoint, region, credentials } = server
    runtime = new PersonalizeRuntimeClient({ endpoint, region, credentials })
  })
  afterEach(() => server.reset())
  after(() => server.stop())

  const itemsFor = async (userId, more) => {
    const input = { campaignArn: `${ARN}:campaign/for-you`, userId, numResults: 3, ...more }
    const { itemList } = await runtime.send(new GetRecommendationsCommand(input))
    return itemList.map(({ itemId }) => itemId)
  }

  it('recommends what it learned', async () => {
    const cycling = ['bike', 'helmet', 'lock', 'pump', 'gloves']
    for (const item of await itemsFor('gus')) assert.ok(cycling.includes(item), item)
  })

  it('shows the pinned items to one user, through a filter', async () => {
    assert.deepEqual(await itemsFor('zoe'), ['lamp', 'helmet'])
    assert.deepEqual(await itemsFor('zoe', { filterArn: `${ARN}:filter/camping` }), ['lamp'])
  })

  it('is as it was at first after a test that changed it', async () => {
    await server.pin(`${ARN}:campaign/for-you`, { userId: 'zoe', items: ['bike'] })
    assert.deepEqual(await itemsFor('zoe'), ['bike'])
    await server.reset()
    assert.deepEqual(await itemsFor('zoe'), ['lamp', 'helmet'])
  })
})
