import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, EVENT_FIELDS, text, trainRecipe } from './world.ts'

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

const BANDS = [10, 40, 160, 640] as const
const OF_BAND = 12

/** Items of four bands of prices, and users who look at those of one band for the most part. */
const bands = () => {
  const random = createRandom(3)
  const items = Array.from({ length: BANDS.length * OF_BAND }, (_, n) => n)
  return {
    Items: {
      fields: [text('ITEM_ID'), { name: 'PRICE', type: ['null', 'float'] }, category('COLOR')],
      lines: items.map(n => {
        const price = BANDS[n % BANDS.length]! * (1 + random())
        return `band${n % BANDS.length}-${n},${price.toFixed(2)},color${Math.floor(8 * random())}`
      }),
    },
    Interactions: {
      fields: EVENT_FIELDS,
      lines: Array.from({ length: 4000 }, (_, n) => {
        const band = random() < 0.2 ? Math.floor(BANDS.length * random()) : n % BANDS.length
        const item = band + BANDS.length * Math.floor(OF_BAND * random() ** 1.5)
        return `user-${n % 400},band${band}-${item},click,${1_700_000_000 + 100 * n}`
      }),
    },
  }
}

describe('a number among many', () => {
  it('makes a new item similar to those of a price like its own, also in the next class', async () => {
    await using server = await startTestServer()
    const group = await createWorld(server, 'bands', bands())
    const { list } = await trainRecipe(server, group, 'aws-similar-items')
    const items = BANDS.map((price, band) => {
      return { itemId: `new-${band}`, properties: JSON.stringify({ price: 1.5 * price, color: 'color3' }) }
    })
    const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/bands/ITEMS'
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
    const lists = await Promise.all(items.map(({ itemId }) => list({ userId: 'user-1', itemId }, 8)))
    const own = lists.flatMap((found, band) => found.filter(item => item.startsWith(`band${band}-`)))
    // By narrow classes alone, of which each has five items, 20 of them were.
    assert.ok(own.length >= 24, `${lists}`)
  })
})

const [YOUNGEST, OLDEST, SPREAD] = [15, 74, 10]

/** Every user likes the items of about their own age, which the names of the items say. */
const generations = () => {
  const random = createRandom(5)
  const ages = Array.from({ length: 500 }, () => YOUNGEST + Math.floor((OLDEST - YOUNGEST + 1) * random()))
  const lines = ages.flatMap((age, user) =>
    Array.from({ length: EACH }, (_, n) => {
      const liked = Math.round(age + SPREAD * (random() + random() - 1))
      const item = `item-${Math.min(OLDEST, Math.max(YOUNGEST, liked))}-${Math.floor(2 * random())}`
      return `user-${user},${item},click,${1_700_000_000 + 10 * user + n}`
    }),
  )
  return {
    Users: { fields: [text('USER_ID'), optional('AGE')], lines: ages.map((age, user) => `user-${user},${age}`) },
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

describe('tastes that change with age by and by', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  it('are those of the age that was put last, for a user without events', async () => {
    const group = await createWorld(server, 'generations', generations())
    const trained = await trainRecipe(server, group, 'aws-user-personalization-v2')
    const datasetArn = `${group.replace('dataset-group', 'dataset')}/USERS`
    for (const AGE of [15, 73, 22, 55, 30, 66, 41]) {
      const users = [{ userId: 'newcomer', properties: JSON.stringify({ AGE }) }]
      await server.events.send(new PutUsersCommand({ datasetArn, users }))
      const list = await trained.list({ userId: 'newcomer' })
      const far = list.filter(item => Math.abs(Number(item.split('-')[1]) - AGE) > SPREAD)
      assert.deepEqual(far, [], `${AGE}: ${list}`)
    }
  })
})
