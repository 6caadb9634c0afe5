import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, text, trainRecipe } from './world.ts'

const [USERS, EACH, CAMP] = [160, 8, 40]
const CAMPS = [
  { name: 'cheap', price: 10, age: 20 },
  { name: 'dear', price: 50, age: 60 },
] as const
const optional = (name: string) => ({ name, type: ['null', 'int'] })

/** Two camps of taste that never mix. All items of a camp have one price, and all its users one age. */
const world = () => {
  const random = createRandom(9)
  return {
    Users: {
      fields: [text('USER_ID'), optional('AGE')],
      lines: Array.from({ length: USERS }, (_, user) => `user-${user},${CAMPS[user % 2]!.age}`),
    },
    Items: {
      fields: [text('ITEM_ID'), optional('PRICE')],
      lines: CAMPS.flatMap(({ name, price }) => Array.from({ length: CAMP }, (_, item) => `${name}-${item},${price}`)),
    },
    Interactions: {
      fields: EVENT_FIELDS,
      lines: Array.from({ length: USERS * EACH }, (_, n) => {
        const item = Math.floor(CAMP * random() ** 1.5)
        return `user-${n % USERS},${CAMPS[n % 2]!.name}-${item},click,${1_700_000_000 + 100 * n}`
      }),
    },
  }
}

describe('a number between those that training had', () => {
  let server: TestServer
  let group: string
  before(async () => {
    server = await startTestServer()
    group = await createWorld(server, 'numbers', world())
  })
  after(() => server[Symbol.asyncDispose]())
  const datasetOf = (type: string) => `arn:aws:personalize:us-east-1:000000000000:dataset/numbers/${type}`

  it('is like its neighbour, as the age of a user without events', async () => {
    const trained = await trainRecipe(server, group, 'aws-user-personalization-v2')
    const users = [25, 55].map(AGE => ({ userId: `aged-${AGE}`, properties: JSON.stringify({ AGE }) }))
    await server.events.send(new PutUsersCommand({ datasetArn: datasetOf('USERS'), users }))
    for (const [at, { userId }] of users.entries()) {
      const list = await trained.list({ userId })
      assert.deepEqual(
        list.filter(item => item.startsWith(CAMPS[at]!.name)),
        list,
      )
    }
  })

  for (const recipe of ['aws-personalized-ranking-v2', 'aws-similar-items'] as const)
    it(`is like its neighbour, as the price of a new item: ${recipe}`, async () => {
      const trained = await trainRecipe(server, group, recipe)
      const items = [14, 45].map(PRICE => ({ itemId: `new-${PRICE}`, properties: JSON.stringify({ PRICE }) }))
      await server.events.send(new PutItemsCommand({ datasetArn: datasetOf('ITEMS'), items }))
      const ids = items.map(({ itemId }) => itemId)
      for (const [at, { name }] of CAMPS.entries()) {
        const order =
          recipe === 'aws-similar-items'
            ? await trained.list({ userId: `user-${at}`, itemId: `${name}-1` }, 500)
            : await trained.rank(`user-${at}`, ids)
        assert.deepEqual(
          order.filter(item => ids.includes(item)),
          at === 0 ? ids : ids.toReversed(),
        )
      }
    })
})
