import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom, sample } from '../../src/engine/math/random.ts'
import {
  category,
  createWorld,
  EVENT_FIELDS,
  eventsInto,
  itemsOf,
  type Trained,
  text,
  trainRecipe,
  type World,
} from './world.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const HOUR = 3_600_000
const ITEMS = Array.from({ length: 20 }, (_, item) => `item-${item}`)

/** Events of a month with steady interest in twenty items, up to an hour ago. */
function steady(): readonly string[] {
  return Array.from({ length: 1500 }, (_, n) => {
    const time = Math.floor((NOW - HOUR - n * 0.48 * HOUR) / 1000)
    return `user-${n % 50},item-${(7 * n) % 20},click,${time}`
  })
}

const clicks = (itemId: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ eventType: 'click', itemId, sentAt: new Date(NOW - 60_000 - n * 100) }))

for (const hasItems of [false, true])
  describe(`an item without a record, ${hasItems ? 'with' : 'without'} an Items dataset`, () => {
    let server: TestServer
    let group: string
    let put: Awaited<ReturnType<typeof eventsInto>>
    const recipes = [
      'aws-popularity-count',
      'aws-trending-now',
      'aws-user-personalization',
      'aws-user-personalization-v2',
      'aws-similar-items',
      'aws-sims',
    ]
    const trained = new Map<string, Trained>()
    before(async () => {
      server = await startTestServer()
      const items = { fields: [text('ITEM_ID'), category('GENRE')], lines: ITEMS.map(item => `${item},any`) }
      group = await createWorld(server, 'steady', {
        Items: hasItems ? items : undefined,
        Interactions: { fields: EVENT_FIELDS, lines: steady() },
      })
      for (const recipe of recipes) trained.set(recipe, await trainRecipe(server, group, recipe))
      put = await eventsInto(server, group)
      for (let user = 0; user < 12; user++) await put(`fan-${user}`, clicks('viral', 10))
    })
    after(() => server[Symbol.asyncDispose]())

    for (const recipe of recipes)
      it(`is recommended by ${recipe} at once`, async () => {
        const list = await trained.get(recipe)!.list({ userId: 'user-1', itemId: 'item-3' }, 500)
        assert.ok(list.includes('viral'), list.join())
        assert.equal(new Set(list).size, list.length)
      })

    it('is explored by aws-user-personalization-v2 until the next training, however many events it has', async () => {
      const explored = async (user: number) => {
        const items = await trained.get('aws-user-personalization-v2')!.items({ userId: `user-${user}` }, 10)
        return items.some(({ itemId, reason }) => itemId === 'viral' && reason?.includes('Exploration'))
      }
      const lists = await Promise.all(Array.from({ length: 50 }, (_, user) => explored(user)))
      assert.ok(lists.includes(true) && lists.includes(false))
    })

    for (const recipe of ['aws-popularity-count', 'aws-trending-now', 'aws-user-personalization-v2'])
      it(`is ranked first by ${recipe} for a user without events`, async () => {
        assert.equal((await trained.get(recipe)!.list({ userId: 'stranger' }))[0], 'viral')
      })

    if (hasItems)
      it('stays the same item when its record is put', async () => {
        const datasetArn = `${group.replace('dataset-group', 'dataset')}/ITEMS`
        const items = [{ itemId: 'viral', properties: JSON.stringify({ genre: 'new' }) }]
        await server.events.send(new PutItemsCommand({ datasetArn, items }))
        const list = await trained.get('aws-popularity-count')!.list({ userId: 'user-1' }, 500)
        assert.deepEqual([list[0], list.filter(id => id === 'viral').length], ['viral', 1])
      })
  })

const GRADED = Array.from({ length: 60 }, (_, item) => `item-${item}`)
/** As many events has item-0; each later one has a sixtieth less. */
const GREATEST = 120

/** Users without a taste; the items differ by their popularity alone. */
function graded(domain: World['domain']): World {
  const random = createRandom(3)
  const lines = GRADED.flatMap((item, at) =>
    // Nobody takes anything twice.
    Array.from(sample(400, GREATEST - 2 * at, at), user => {
      return `user-${user},${item},${TYPE},${Math.floor(NOW / 1000 - 3_000_000 * random())}`
    }),
  )
  return {
    ...(domain && { domain }),
    Items: domain && itemsOf(domain, GRADED, () => 'any'),
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

const TYPE = 'Click'

const isWithoutExploration = (recipe: string) => !/user-personalization|ranking/.test(recipe)

for (const { domain, recipes } of [
  {
    domain: undefined,
    recipes: ['aws-user-personalization-v2', 'aws-user-personalization', 'aws-hrnn', 'aws-personalized-ranking-v2'],
  },
  { domain: 'ECOMMERCE', recipes: ['aws-ecomm-recommended-for-you'] },
  { domain: 'VIDEO_ON_DEMAND', recipes: ['aws-vod-top-picks'] },
] as const)
  describe(`items that are known by their events alone, ${domain ?? 'without a domain'}`, () => {
    let server: TestServer
    const trained = new Map<string, Trained>()
    before(async () => {
      server = await startTestServer()
      const group = await createWorld(server, 'graded', graded(domain))
      for (const recipe of recipes) trained.set(recipe, await trainRecipe(server, group, recipe))
      const put = await eventsInto(server, group)
      for (const [itemId, count] of [
        ['loved', GREATEST],
        ['liked', GREATEST / 2],
        ['rare', 1],
      ] as const)
        for (let n = 0; n < count; n++)
          await put(`fan-${n}`, [{ eventType: TYPE, itemId, sentAt: new Date(NOW - 60_000 - n * 100) }])
    })
    after(() => server[Symbol.asyncDispose]())

    for (const recipe of recipes)
      it(`come where items with as many events come, with ${recipe}`, async () => {
        const all = [...GRADED, 'loved', 'liked', 'rare']
        for (const userId of ['stranger', 'user-1', 'user-2', 'user-3']) {
          const one = trained.get(recipe)!
          const list = recipe.includes('ranking') ? await one.rank(userId, all) : await one.list({ userId }, 500)
          assert.deepEqual(list.toSorted(), all.toSorted())
          const [loved, liked, rare] = ['loved', 'liked', 'rare'].map(item => list.indexOf(item))
          assert.ok(loved! < 25, `loved at ${loved} of ${userId}: ${list}`)
          assert.ok(liked! > loved! && liked! < 50, `liked at ${liked} of ${userId}: ${list}`)
          assert.ok(rare! > liked!, `rare at ${rare} of ${userId}: ${list}`)
        }
      })

    for (const recipe of recipes.filter(isWithoutExploration))
      it(`come last for a user who had them, as nobody takes anything again, with ${recipe}`, async () => {
        const list = await trained.get(recipe)!.list({ userId: 'fan-0' }, 500)
        assert.deepEqual(list.slice(-3).sort(), ['liked', 'loved', 'rare'])
      })
  })
