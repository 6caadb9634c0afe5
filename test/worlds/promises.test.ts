import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, itemsOf, text, trainRecipe } from './world.ts'

const [USERS, ITEMS, SHELF] = [600, 40, 4]
const NOW = Date.parse('2026-11-23T12:00:00Z')
const shelfOf = (item: number) => Math.floor(item / SHELF)
const partnerOf = (item: number) => (item + ITEMS / 2) % ITEMS
const numberOf = (item: string) => Number(item.split('-')[1])

/** A user views the items of one shelf, and buys one of them with its partner of another shelf. */
function shop() {
  const random = createRandom(17)
  const lines = Array.from({ length: USERS }, (_, user) => {
    const item = Math.floor(ITEMS * random())
    const time = NOW / 1000 - 86_400 + 100 * user
    const first = shelfOf(item) * SHELF
    const views = Array.from({ length: SHELF }, (_, n) => `user-${user},item-${first + n},View,${time + n}`)
    const bought = [item, partnerOf(item)].map((one, n) => `user-${user},item-${one},Purchase,${time + 10 + n}`)
    return [...views, ...bought]
  }).flat()
  const items = Array.from({ length: ITEMS }, (_, item) => `item-${item}`)
  return {
    domain: 'ECOMMERCE' as const,
    Items: itemsOf('ECOMMERCE', items, () => 'any'),
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

describe('a shop where items are viewed with others than they are bought with', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    group = await createWorld(server, 'shelves', shop())
  })
  after(() => server[Symbol.asyncDispose]())

  it('recommends the items that are viewed with an item as also viewed', async () => {
    const trained = await trainRecipe(server, group, 'aws-ecomm-customers-who-viewed-x-also-viewed')
    for (let item = 0; item < ITEMS; item += 3) {
      const list = await trained.list({ userId: 'nobody', itemId: `item-${item}` }, SHELF - 1)
      assert.deepEqual(
        list.filter(one => shelfOf(numberOf(one)) !== shelfOf(item)),
        [],
        `item-${item}: ${list}`,
      )
    }
  })

  it('recommends the item that is bought with an item as bought together', async () => {
    const trained = await trainRecipe(server, group, 'aws-ecomm-frequently-bought-together')
    for (let item = 0; item < ITEMS; item += 3) {
      const list = await trained.list({ userId: 'nobody', itemId: `item-${item}` }, 3)
      assert.equal(list[0], `item-${partnerOf(item)}`, `item-${item}: ${list}`)
    }
  })
})

const CAMPS = ['rock', 'jazz'] as const

/** Two camps of taste that never mix, all of whose events have one timestamp. */
function oneMoment() {
  const random = createRandom(3)
  return {
    Items: {
      fields: [text('ITEM_ID'), category('GENRE')],
      lines: CAMPS.flatMap(camp => Array.from({ length: ITEMS }, (_, item) => `${camp}-${item},${camp}`)),
    },
    Interactions: {
      fields: EVENT_FIELDS,
      lines: Array.from({ length: 2000 }, (_, n) => {
        const item = Math.floor(ITEMS * random() ** 1.5)
        return `user-${n % 200},${CAMPS[n % 2]}-${item},click,${NOW / 1000 - 86_400}`
      }),
    },
  }
}

describe('events that all have one timestamp', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    group = await createWorld(server, 'moment', oneMoment())
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of ['aws-user-personalization-v2', 'aws-user-personalization', 'aws-hrnn'])
    it(`teach the tastes of their users: ${recipe}`, async () => {
      const trained = await trainRecipe(server, group, recipe)
      for (const user of [0, 1, 2, 3, 4, 5]) {
        const list = await trained.list({ userId: `user-${user}` })
        assert.deepEqual(
          list.filter(item => !item.startsWith(CAMPS[user % 2]!)),
          [],
          `${list}`,
        )
      }
    })

  it('teach genres, so that a new item goes over to the other camp with the genre that is put last', async () => {
    const trained = await trainRecipe(server, group, 'aws-personalized-ranking-v2')
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    for (const genre of [...CAMPS, ...CAMPS]) {
      const genres = [genre, CAMPS.find(camp => camp !== genre)]
      const items = ['one', 'two'].map((id, n) => ({
        itemId: `new-${id}`,
        properties: JSON.stringify({ genre: genres[n] }),
      }))
      await server.events.send(new PutItemsCommand({ datasetArn, items }))
      for (const [user, camp] of CAMPS.entries()) {
        const order = await trained.rank(`user-${user}`, ['new-one', 'new-two'])
        assert.equal(order[0], camp === genre ? 'new-one' : 'new-two', `${camp} ${genre}`)
      }
    }
  })
})
