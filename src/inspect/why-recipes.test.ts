import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { deploy } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { explainItems, near, sumOf } from '#test/why.ts'
import { createWorld, EVENT_FIELDS, itemsOf, trainRecipe } from '../../test/worlds/world.ts'
import { recipes } from '../recipes/recipes.ts'

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

/** The type of the events that a use case looks at first, and that of what was taken. */
const TYPES = { ECOMMERCE: ['View', 'Purchase'], VIDEO_ON_DEMAND: ['Click', 'Watch'] } as const

for (const domain of ['ECOMMERCE', 'VIDEO_ON_DEMAND'] as const)
  describe(`GET /inspect/why of the use cases of ${domain}`, () => {
    const items = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'red' : 'blue'}-${i}`)
    let server: TestServer
    let group: string
    before(async () => {
      server = await startTestServer()
      const lines: string[] = []
      for (let user = 0; user < 300; user++)
        for (let event = 0; event < 8; event++) {
          const item = items[2 * ((user * 5 + event * 3) % 20) + (user % 2)]!
          lines.push(`u${user},${item},${TYPES[domain][event % 2]},${1_000_000 + 100 * event}`)
        }
      const Items = itemsOf(domain, items, item => item.split('-')[0]!)
      group = await createWorld(server, 'shop', { domain, Items, Interactions: { fields: EVENT_FIELDS, lines } })
    })
    after(() => server[Symbol.asyncDispose]())

    for (const { name, request } of recipes.filter(recipe => recipe.domain === domain))
      it(`explains the list as it is served, with reasons that sum up to scores: ${name}`, async () => {
        const { arn, list } = await trainRecipe(server, group, name)
        const about: Record<string, string> = request.itemId === 'required' ? { itemId: items[1]! } : {}
        for (const userId of ['u1', 'nobody']) {
          const asked = { userId, ...about }
          const found = await explainItems(server, { recommenderArn: arn, ...asked })
          assert.deepEqual(
            found.map(({ itemId }) => itemId),
            await list(asked),
            userId,
          )
          for (const { modelScore, reasons, itemId } of found) near(sumOf(reasons), modelScore, `${userId} ${itemId}`)
        }
      })
  })
