import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createWorld, EVENT_FIELDS, long, type Trained, text, trainRecipe, type World } from './world.ts'

const SHOES = [
  'trail',
  'road',
  'track',
  'winter',
  'summer',
  'race',
  'marathon',
  'sprint',
  'forest',
  'city',
  'gym',
  'rain',
]
const PANS = [
  'iron',
  'steel',
  'copper',
  'ceramic',
  'stone',
  'small',
  'large',
  'deep',
  'flat',
  'round',
  'square',
  'grill',
]
const shoe = (word: string) => `Running shoes for the ${word} with a soft sole and laces for men and women`
const pan = (word: string) => `A frying pan for the kitchen, ${word}, with a handle of wood for eggs and fish`
const START = 1_760_000_000

/** Running shoes and frying pans, whose texts share only short common words. Pans are popular, and newer. */
function shop(): World {
  const items = [
    ...SHOES.map((word, n) => `shoe-${n},${word} shoes,sport,"${shoe(word)}",${START + n}`),
    ...PANS.map((word, n) => `pan-${n},${word} pan,kitchen,"${pan(word)}",${START + 8_640_000 + n}`),
  ]
  const name = { name: 'TITLE', type: 'string', itemName: true }
  const category = { name: 'AISLE', type: ['null', 'string'], categorical: true }
  const description = { name: 'DESCRIPTION', type: ['null', 'string'], textual: true }
  return {
    Items: {
      fields: [text('ITEM_ID'), name, category, description, { name: 'CREATION_TIMESTAMP', type: ['null', 'long'] }],
      lines: items,
    },
    Interactions: {
      fields: EVENT_FIELDS.map(field => (field.name === 'TIMESTAMP' ? long('TIMESTAMP') : field)),
      lines: Array.from({ length: 1200 }, (_, n) => {
        const item = n % 10 === 0 ? `shoe-${(n / 10) % SHOES.length}` : `pan-${n % PANS.length}`
        return `user-${n % 150},${item},view,${START + 9_000_000 + n}`
      }),
    },
  }
}

describe('aws-semantic-similarity in a shop of shoes and pans', () => {
  let server: TestServer
  let plain: Trained
  const influenced: Trained[] = []
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'shop', shop())
    plain = await trainRecipe(server, group, 'aws-semantic-similarity')
    for (const rankingInfluence of [{ POPULARITY: 1 }, { FRESHNESS: 1 }, { POPULARITY: 1, FRESHNESS: 1 }])
      influenced.push(
        await trainRecipe(server, group, 'aws-semantic-similarity', { campaignConfig: { rankingInfluence } }),
      )
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    const properties = JSON.stringify({ title: 'beach shoes', aisle: 'sport', description: shoe('beach') })
    await server.events.send(new PutItemsCommand({ datasetArn, items: [{ itemId: 'shoe-new', properties }] }))
  })
  after(() => server[Symbol.asyncDispose]())

  it('recommends items with similar texts before popular or new ones', async () => {
    for (const campaign of [plain, ...influenced])
      for (const [kind, others] of [
        ['shoe', SHOES.length],
        ['pan', PANS.length - 1],
      ] as const) {
        const list = await campaign.list({ userId: 'user-1', itemId: `${kind}-3` }, 30)
        assert.deepEqual(
          list.slice(0, others).filter(item => !item.startsWith(kind)),
          [],
          list.join(),
        )
      }
  })

  it('recommends items with similar texts for a new item', async () => {
    for (const campaign of [plain, ...influenced]) {
      const list = await campaign.list({ userId: 'user-1', itemId: 'shoe-new' })
      assert.deepEqual(
        list.filter(item => !item.startsWith('shoe')),
        [],
        list.join(),
      )
    }
  })

  it('orders items with similar texts by rankingInfluence', async () => {
    const [popular, fresh] = influenced as [Trained, Trained]
    const asked = { userId: 'user-1', itemId: 'pan-3' }
    assert.equal((await fresh.list(asked))[0], 'pan-11')
    assert.notDeepEqual(await popular.list(asked, 11), await fresh.list(asked, 11))
  })

  it('returns metadata by default', async () => {
    const input = {
      campaignArn: plain.arn,
      itemId: 'shoe-3',
      numResults: 3,
      metadataColumns: { ITEMS: ['AISLE', 'TITLE'] },
    }
    const { itemList } = await server.runtime.send(new GetRecommendationsCommand(input))
    for (const { metadata } of itemList!) {
      assert.equal(metadata!.aisle, 'sport')
      assert.match(metadata!.title!, /shoes$/)
    }
  })
})
