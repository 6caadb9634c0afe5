import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { deploy } from '#test/market.ts'
import { createDataset, startTestServer } from '#test/server.ts'
import { explainItems, near, sumOf } from '#test/why.ts'
import { createWorld, EVENT_FIELDS, itemsOf, trainRecipe } from '../../test/worlds/world.ts'

describe('GET /inspect/why of semantic similarity', () => {
  it('names the words that two items share', async () => {
    await using server = await startTestServer()
    const fields = [
      { name: 'ITEM_ID', type: 'string' },
      { name: 'DESCRIPTION', type: ['null', 'string'], textual: true },
      { name: 'CREATION_TIMESTAMP', type: ['null', 'long'] },
    ]
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Items', { fields })
    const texts = {
      tent: 'Light waterproof tent, hiking, camping',
      bag: 'Warm sleeping bag, camping, tent',
      stove: 'Gas stove, hiking',
      grinder: 'Steel grinder, coffee, espresso',
    }
    const items = Object.entries(texts).map(([itemId, description], i) => {
      return { itemId, properties: JSON.stringify({ description, creationTimestamp: 1_700_000_000 + i }) }
    })
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
    for (const rankingInfluence of [undefined, { POPULARITY: 0.5, FRESHNESS: 0.5 }]) {
      const campaignArn = await deploy(server, datasetGroupArn, 'aws-semantic-similarity', {
        campaignConfig: { rankingInfluence },
      })
      const query = { campaignArn, itemId: 'tent' }
      const found = await explainItems(server, query)
      const bag = found.find(({ itemId }) => itemId === 'bag')!
      const alike = bag.reasons.find(({ kind }) => kind === 'item')?.alike
      assert.deepEqual(alike?.toSorted(), ['camping', 'tent'])
      for (const { modelScore, reasons, itemId } of found) near(sumOf(reasons), modelScore, itemId)
      assert.equal(
        bag.reasons.some(({ kind }) => kind === 'freshness'),
        rankingInfluence !== undefined,
      )
    }
  })
})

describe('GET /inspect/why of a recommender', () => {
  it('explains use cases for a user and about an item', async () => {
    await using server = await startTestServer()
    const items = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'red' : 'blue'}-${i}`)
    const lines: string[] = []
    for (let user = 0; user < 300; user++)
      for (let event = 0; event < 8; event++) {
        const item = items[2 * ((user * 5 + event * 3) % 20) + (user % 2)]!
        lines.push(`u${user},${item},${event % 2 ? 'Purchase' : 'View'},${1_000_000 + 100 * event}`)
      }
    const Items = itemsOf('ECOMMERCE', items, item => item.split('-')[0]!)
    const group = await createWorld(server, 'shop', {
      domain: 'ECOMMERCE',
      Items,
      Interactions: { fields: EVENT_FIELDS, lines },
    })
    for (const [recipe, asked] of [
      ['aws-ecomm-recommended-for-you', { userId: 'u1' }],
      ['aws-ecomm-customers-who-viewed-x-also-viewed', { userId: 'u1', itemId: items[1]! }],
      ['aws-ecomm-popular-items-by-views', { userId: 'u1' }],
    ] as const) {
      const { arn, list } = await trainRecipe(server, group, recipe)
      const query = { recommenderArn: arn, ...asked }
      const found = await explainItems(server, query)
      assert.deepEqual(
        found.map(({ itemId }) => itemId),
        await list(asked),
        recipe,
      )
      for (const { modelScore, reasons, itemId } of found) near(sumOf(reasons), modelScore, `${recipe} ${itemId}`)
    }
  })
})
