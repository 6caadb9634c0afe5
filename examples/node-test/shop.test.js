import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { ListSolutionVersionsCommand } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { startServer } from 'personalite'
import { createShop } from './shop.js'

describe('a shop with recommendations', () => {
  let server
  let shop
  before(async () => {
    server = await startServer({ dataDir: ':memory:', port: 0, minimums: 'off', faults: 'on' })
    shop = await createShop(server)
  })
  afterEach(async () => {
    await server.unpin()
    await server.faults.clear()
    await server.clock.release()
  })
  after(() => server.stop())

  const ask = userId =>
    shop.runtime.send(new GetRecommendationsCommand({ campaignArn: shop.campaignArn, userId, numResults: 2 }))
  const itemsOf = answer => answer.itemList.map(({ itemId }) => itemId)

  it('shows the pinned items to one user', async () => {
    await server.pin(shop.campaignArn, { userId: 'ann', items: ['bag', 'lamp'] })
    assert.deepEqual(itemsOf(await ask('ann')), ['bag', 'lamp'])
  })

  it('tries again when it is throttled', async () => {
    await server.faults.set([{ operation: 'GetRecommendations', error: 'ThrottlingException', count: 1 }])
    const answer = await ask('ann')
    assert.equal(answer.$metadata.attempts, 2)
    assert.equal(answer.itemList.length, 2)
  })

  it('trains with new events after a week', async () => {
    const trainings = async () => {
      const command = new ListSolutionVersionsCommand({ solutionArn: shop.solutionArn })
      return (await shop.personalize.send(command)).solutionVersions.map(({ trainingType }) => trainingType)
    }
    await shop.view('ann', ['bag'])
    assert.deepEqual(await trainings(), ['MANUAL'])
    await server.clock.advance(7 * 24 * 3600)
    assert.deepEqual((await trainings()).sort(), ['AUTOMATIC', 'MANUAL'])
  })
})
