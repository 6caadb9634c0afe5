import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, eventsInto, type Trained, text, trainRecipe } from './world.ts'

const CAMPS = ['jazz', 'rock'] as const
const ITEMS_EACH = 12
const USERS = 100

describe('a user who has had everything of their taste', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  before(async () => {
    server = await startTestServer()
    const random = createRandom(5)
    const lines = Array.from({ length: 10 * USERS }, (_, n) => {
      return `user-${n % USERS},${CAMPS[n % 2]}-${Math.floor(ITEMS_EACH * random())},play,${1_000_000 + n}`
    })
    const group = await createWorld(server, 'had', {
      Items: {
        fields: [text('ITEM_ID'), category('GENRE')],
        lines: CAMPS.flatMap(camp => Array.from({ length: ITEMS_EACH }, (_, item) => `${camp}-${item},${camp}`)),
      },
      Interactions: { fields: EVENT_FIELDS, lines },
    })
    for (const recipe of ['aws-user-personalization-v2', 'aws-personalized-ranking'])
      trained.set(recipe, await trainRecipe(server, group, recipe))
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
    // By their ids they would come in another order.
    const items = CAMPS.flatMap(camp =>
      [1, 2, 3].map(n => ({ itemId: `new-${4 - n}-${camp}`, properties: JSON.stringify({ genre: camp }) })),
    )
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
    const put = await eventsInto(server, group)
    for (const camp of CAMPS) {
      const sentAt = (n: number) => new Date(1_000_100_000 + n)
      const events = Array.from({ length: ITEMS_EACH }, (_, n) => ({ eventType: 'play', itemId: `${camp}-${n}` }))
      await put(
        `fan-of-${camp}`,
        events.map((event, n) => ({ ...event, sentAt: sentAt(n) })),
      )
    }
  })
  after(() => server[Symbol.asyncDispose]())

  const newOnes = CAMPS.flatMap(camp => [1, 2, 3].map(n => `new-${n}-${camp}`)).sort()
  for (const camp of CAMPS) {
    const areFirst = (list: readonly string[]) => {
      const ofNew = list.filter(item => item.startsWith('new'))
      assert.equal(ofNew.length, newOnes.length)
      assert.ok(
        ofNew.slice(0, 3).every(item => item.endsWith(camp)),
        list.join(),
      )
    }

    it(`${camp}: is recommended the new items of it before those of the other camp`, async () => {
      areFirst(await trained.get('aws-user-personalization-v2')!.list({ userId: `fan-of-${camp}` }, 500))
    })

    it(`${camp}: has them ranked so, too`, async () => {
      areFirst(await trained.get('aws-personalized-ranking')!.rank(`fan-of-${camp}`, newOnes))
    })
  }
})
