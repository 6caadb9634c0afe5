import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand, type GetRecommendationsCommandInput } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, type Market, tasteOf } from '#test/market.ts'
import { assertRefused } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('GetRecommendations of related items', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())

  const idsOf = async (campaignArn: string, input: GetRecommendationsCommandInput) => {
    const command = new GetRecommendationsCommand({ campaignArn, numResults: 10, ...input })
    return (await server.runtime.send(command)).itemList!.map(({ itemId, score }) => {
      assert.equal(score, undefined)
      return itemId!
    })
  }
  const putItem = (itemId: string, genres: string) => {
    const items = [{ itemId, properties: JSON.stringify({ genres }) }]
    return server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
  }

  for (const recipe of ['aws-similar-items', 'aws-sims']) {
    it(`${recipe}: recommends related items, without the item itself and without scores`, async () => {
      const campaignArn = await deploy(server, market.datasetGroupArn, recipe)
      for (const itemId of ['drama-9', 'comedy-9']) {
        const found = await idsOf(campaignArn, { itemId })
        assert.deepEqual(new Set(found.slice(0, 5).map(tasteOf)), new Set([tasteOf(itemId)]))
        assert.ok(!found.includes(itemId))
        assert.equal(new Set(found).size, 10)
        for (const userId of ['Member-1', 'Guest-1'])
          assert.deepEqual(await idsOf(campaignArn, { itemId, userId }), found, 'whoever asks')
      }
      await assertRefused(
        idsOf(campaignArn, { userId: 'Member-1' }),
        ['InvalidInputException', 400],
        /^itemId is missing/,
      )
    })
  }

  it('aws-similar-items: an item put a moment ago has neighbours by its properties', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-similar-items')
    await putItem('fresh', 'comedy')
    const found = await idsOf(campaignArn, { itemId: 'fresh' })
    assert.deepEqual(new Set(found.slice(0, 5).map(tasteOf)), new Set(['comedy']))
    await putItem('fresh', 'drama')
    const again = await idsOf(campaignArn, { itemId: 'fresh' })
    assert.deepEqual(new Set(again.slice(0, 5).map(tasteOf)), new Set(['drama']))
  })

  it('returns metadata only where the campaign enables it', async () => {
    const metadataColumns = { ITEMS: ['GENRES'] }
    const silent = await deploy(server, market.datasetGroupArn, 'aws-sims')
    const asked = idsOf(silent, { itemId: 'drama-9', metadataColumns })
    await assertRefused(asked, ['InvalidInputException', 400], /does not have enableMetadataWithRecommendations$/)
    const campaignConfig = { enableMetadataWithRecommendations: true }
    const told = await deploy(server, market.datasetGroupArn, 'aws-sims', { campaignConfig })
    const command = new GetRecommendationsCommand({ campaignArn: told, itemId: 'drama-9', metadataColumns })
    assert.deepEqual((await server.runtime.send(command)).itemList![0]!.metadata, { genres: 'drama' })
  })

  it('needs a user where the filter is about the user', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-sims')
    const filterExpression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
    const { datasetGroupArn } = market
    const command = new CreateFilterCommand({ name: 'unseen', datasetGroupArn, filterExpression })
    const { filterArn } = await server.personalize.send(command)
    const asked = idsOf(campaignArn, { itemId: 'drama-9', filterArn })
    await assertRefused(asked, ['InvalidInputException', 400], /^userId is missing: the filter/)
    assert.ok((await idsOf(campaignArn, { itemId: 'drama-9', userId: 'Member-1', filterArn })).length > 0)
  })

  it('compares with the item in a filter', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-similar-items')
    const filterExpression = 'INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE'
    const command = new CreateFilterCommand({
      name: 'cheaper',
      datasetGroupArn: market.datasetGroupArn,
      filterExpression,
    })
    const { filterArn } = await server.personalize.send(command)
    const found = await idsOf(campaignArn, { itemId: 'drama-3', filterArn, numResults: 100 })
    assert.deepEqual(new Set(found), new Set([0, 1, 2].flatMap(i => [`drama-${i}`, `comedy-${i}`])))
  })
})
