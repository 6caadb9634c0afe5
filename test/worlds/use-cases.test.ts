import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Domain } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, eventsInto, long, type Trained, text, trainRecipe, type World } from './world.ts'

const CAMPS = ['rock', 'jazz'] as const
const WORDS = { rock: 'loud guitars and drums of a rock band', jazz: 'quiet saxophone and swing of a jazz quartet' }
const ITEMS_EACH = 25
const USERS = 200
const NOW = Date.parse('2026-11-23T12:00:00Z')
/** Seconds since 1970: two weeks of events up to yesterday. */
const START = NOW / 1000 - 15 * 86_400
const campOf = (item: string) => CAMPS.find(camp => item.includes(camp))!

const DOMAINS = {
  ECOMMERCE: {
    types: ['View', 'View', 'Purchase'],
    fields: [
      text('ITEM_ID'),
      { name: 'PRICE', type: 'float' },
      { name: 'CATEGORY_L1', type: 'string', categorical: true },
      { name: 'PRODUCT_DESCRIPTION', type: ['null', 'string'], textual: true },
      { name: 'CREATION_TIMESTAMP', type: ['null', 'long'] },
    ],
    record: (item: string, words: string, created: number) => `${item},9.5,any,${words},${created}`,
    put: (words: string) => ({
      price: 9.5,
      categoryL1: 'any',
      productDescription: words,
      creationTimestamp: NOW / 1000 - 60,
    }),
    ofUser: 'aws-ecomm-recommended-for-you',
    ofItem: ['aws-ecomm-customers-who-viewed-x-also-viewed', 'aws-ecomm-frequently-bought-together'],
    ofAll: ['aws-ecomm-popular-items-by-views', 'aws-ecomm-popular-items-by-purchases'],
  },
  VIDEO_ON_DEMAND: {
    types: ['Click', 'Click', 'Watch'],
    fields: [
      text('ITEM_ID'),
      { name: 'GENRES', type: 'string', categorical: true },
      long('CREATION_TIMESTAMP'),
      { name: 'PLOT', type: ['null', 'string'], textual: true },
    ],
    record: (item: string, words: string, created: number) => `${item},any,${created},${words}`,
    put: (words: string) => ({ genres: 'any', plot: words, creationTimestamp: NOW / 1000 - 60 }),
    ofUser: 'aws-vod-top-picks',
    ofItem: ['aws-vod-because-you-watched-x', 'aws-vod-more-like-x'],
    ofAll: ['aws-vod-most-popular', 'aws-vod-trending-now'],
  },
} as const

/** Two camps of taste that never mix. Only the texts of the items show their camp. */
function camps(domain: Domain): World {
  const random = createRandom(29)
  const { types, fields, record } = DOMAINS[domain]
  const lines = Array.from({ length: 9 * USERS }, (_, n) => {
    const camp = CAMPS[n % 2]!
    const time = START + Math.floor((14 * 86_400 * n) / (9 * USERS))
    return `user-${n % USERS},${camp}-${Math.floor(ITEMS_EACH * random() ** 1.5)},${types[n % types.length]},${time}`
  })
  const items = CAMPS.flatMap(camp =>
    Array.from({ length: ITEMS_EACH }, (_, item) =>
      record(`${camp}-${item}`, `One from our list with ${WORDS[camp]} for your home`, START + item * 40_000),
    ),
  )
  return { domain, Items: { fields, lines: items }, Interactions: { fields: EVENT_FIELDS, lines } }
}

for (const domain of ['ECOMMERCE', 'VIDEO_ON_DEMAND'] as const)
  describe(`the use cases of ${domain}`, () => {
    const { types, put: propertiesOf, ofUser, ofItem, ofAll } = DOMAINS[domain]
    let server: TestServer
    let put: Awaited<ReturnType<typeof eventsInto>>
    const trained = new Map<string, Trained>()
    const of = (recipe: string) => trained.get(recipe)!
    before(async () => {
      server = await startTestServer({ minimums: 'off' })
      const group = await createWorld(server, 'camps', camps(domain))
      for (const recipe of [ofUser, ...ofItem, ...ofAll]) trained.set(recipe, await trainRecipe(server, group, recipe))
      put = await eventsInto(server, group)
      const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
      const items = CAMPS.map(camp => ({
        itemId: `new-${camp}`,
        properties: JSON.stringify(propertiesOf(`The ${WORDS[camp]}`)),
      }))
      await server.events.send(new PutItemsCommand({ datasetArn, items }))
    })
    after(() => server[Symbol.asyncDispose]())

    it(`recommends a new item to the users whose items share its words: ${ofUser}`, async () => {
      for (const [user, camp] of CAMPS.entries()) {
        const list = await of(ofUser).list({ userId: `user-${user}` }, 500)
        const [own, other] = [`new-${camp}`, `new-${CAMPS[1 - user]}`].map(item => list.indexOf(item))
        assert.ok(own! >= 0 && own! < other!, `${camp}: ${own} ${other}`)
      }
    })

    for (const recipe of ofItem)
      it(`recommends items with the same words for a new item, also old ones: ${recipe}`, async () => {
        for (const camp of CAMPS) {
          const list = await of(recipe).list({ userId: 'nobody', itemId: `new-${camp}` }, 10)
          assert.deepEqual(
            list.filter(item => campOf(item) !== camp),
            [],
            `${camp}: ${list}`,
          )
        }
      })

    for (const recipe of ofItem)
      it(`recommends a new item for items with the same words: ${recipe}`, async () => {
        for (const camp of CAMPS) {
          const list = await of(recipe).list({ userId: 'nobody', itemId: `${camp}-20` }, 500)
          const [own, other] = [camp, ...CAMPS.filter(one => one !== camp)].map(one => list.indexOf(`new-${one}`))
          assert.ok(own! >= 0 && own! < ITEMS_EACH && own! < other!, `${camp}: ${own} ${other}`)
        }
      })

    it('recommends an item without a record at once, by its events', async () => {
      for (let fan = 0; fan < 40; fan++) {
        const events = types.flatMap((eventType, n) => {
          const sentAt = new Date(NOW - 60_000 * n - 1000 * fan)
          return [
            { eventType, itemId: 'rock-viral', sentAt },
            { eventType, itemId: `rock-${(3 * fan + n) % ITEMS_EACH}`, sentAt },
          ]
        })
        await put(`fan-${fan}`, events)
      }
      for (const recipe of [ofUser, ...ofItem, ...ofAll]) {
        const list = await of(recipe).list({ userId: 'user-0', itemId: 'rock-1' }, 500)
        assert.ok(list.includes('rock-viral'), `${recipe}: ${list}`)
        assert.equal(new Set(list).size, list.length)
        if ((ofAll as readonly string[]).includes(recipe)) assert.equal(list[0], 'rock-viral', `${recipe}: ${list}`)
      }
    })
  })
