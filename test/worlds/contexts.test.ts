import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Domain } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import {
  category,
  createWorld,
  EVENT_FIELDS,
  eventsInto,
  itemsOf,
  type Trained,
  trainedAt,
  trainRecipe,
} from './world.ts'

const TIMES = ['night', 'morning', 'afternoon', 'evening'] as const
const ITEMS = TIMES.flatMap(time => Array.from({ length: 10 }, (_, item) => `${time}-${item}`))
const timeOf = (item: string) => item.split('-')[0]!
const EVENTS = 2400

/** Items suit a time of day, which only a number shows. A fifth of the events lacks it. */
function dayLong(type: string, domain?: Domain, eventTypes: readonly string[] = ['click']) {
  const random = createRandom(17)
  const lines = Array.from({ length: EVENTS }, (_, n) => {
    const hour = Math.floor(24 * random())
    const item = `${TIMES[Math.floor(hour / 6)]}-${Math.floor(10 * random())}`
    const shown = type === 'int' || type === 'long' ? hour : hour + Math.floor(100 * random()) / 100
    const event = `user-${n % 120},${item},${eventTypes[n % eventTypes.length]},${1_000_000 + n}`
    return `${event},${random() < 0.2 ? '' : shown}`
  })
  return {
    ...(domain && { domain, Items: itemsOf(domain, ITEMS, () => 'any') }),
    Interactions: { fields: [...EVENT_FIELDS, { name: 'HOUR', type: ['null', type] }], lines },
  }
}

const HOURS = { '3': 'night', '12': 'afternoon', '23': 'evening', '8.0': 'morning', '-7': 'night', '99': 'evening' }
/** The number of items of this time among the first five. */
const ofFive = (list: readonly string[], time: string) => list.slice(0, 5).filter(item => timeOf(item) === time).length

async function assertRecommends({ list }: Trained): Promise<void> {
  for (const [hour, time] of Object.entries(HOURS))
    for (const userId of ['user-1', 'nobody']) {
      const found = await list({ userId, context: { HOUR: hour } })
      assert.equal(ofFive(found, time), 5, `${hour}: ${found}`)
    }
}

async function assertRanks({ rank }: Trained): Promise<void> {
  for (const [hour, time] of Object.entries(HOURS)) {
    const ranked = await rank('user-1', ITEMS, { hour })
    assert.equal(ofFive(ranked, time), 5, `${hour}: ${ranked}`)
  }
}

describe('a number as context: HOUR, an int', () => {
  let server: TestServer
  let dataDir: string
  let put: Awaited<ReturnType<typeof eventsInto>>
  const trained = new Map<string, Trained>()
  const of = (recipe: string) => trained.get(recipe)!
  const RECOMMENDERS = ['aws-user-personalization', 'aws-user-personalization-v2']
  const RANKERS = ['aws-personalized-ranking', 'aws-personalized-ranking-v2']
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir })
    const group = await createWorld(server, 'hours', dayLong('int'))
    put = await eventsInto(server, group)
    for (const recipe of [...RECOMMENDERS, ...RANKERS]) trained.set(recipe, await trainRecipe(server, group, recipe))
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  for (const recipe of RECOMMENDERS) it(`chooses the items of ${recipe}`, () => assertRecommends(of(recipe)))
  for (const recipe of RANKERS) it(`chooses the order of ${recipe}`, () => assertRanks(of(recipe)))

  it('has no effect if the request does not contain it', async () => {
    const { rank } = of('aws-personalized-ranking-v2')
    const usual = await rank('user-1', ITEMS)
    const nothing: Record<string, string>[] = [{}, { HOUR: '' }, { HOUR: ' ' }, { OTHER: '3' }]
    for (const context of nothing) assert.deepEqual(await rank('user-1', ITEMS, context), usual)
  })

  it('must be a number of its type, and the message says so', async () => {
    const { arn: campaignArn } = of('aws-user-personalization-v2')
    for (const hour of ['evening', '20:00', '7.5', '3000000000'])
      await assert.rejects(
        server.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'user-1', context: { HOUR: hour } })),
        {
          name: 'InvalidInputException',
          message: new RegExp(`^context.HOUR must be an int, got the string "${hour}"`),
        },
      )
  })

  it('is read in the same way after new events and a restart', async () => {
    const sentAt = new Date('2026-11-23T11:00:00Z')
    const eventList = Array.from({ length: 10 }, (_, n) => {
      return { eventType: 'click', itemId: `night-${n}`, sentAt, properties: JSON.stringify({ hour: 1000 + n }) }
    })
    for (let user = 0; user < 5; user++) await put(`late-${user}`, eventList)
    const { arn, rank } = of('aws-personalized-ranking-v2')
    const ranked = await rank('user-1', ITEMS, { HOUR: '22' })
    assert.deepEqual(ranked.slice(0, 10).map(timeOf), Array(10).fill('evening'))
    await server[Symbol.asyncDispose]()
    server = await startTestServer({ dataDir })
    const again = trainedAt(server, arn)
    assert.deepEqual(await again.rank('user-1', ITEMS, { HOUR: '22' }), ranked)
    await assertRanks(again)
  })
})

for (const type of ['long', 'float', 'double'])
  describe(`a number as context: HOUR, a ${type}`, () => {
    it('chooses the order', async () => {
      await using server = await startTestServer()
      const group = await createWorld(server, 'hours', dayLong(type))
      await assertRanks(await trainRecipe(server, group, 'aws-personalized-ranking-v2'))
    })
  })

const USE_CASES = [
  { recipe: 'aws-ecomm-recommended-for-you', domain: 'ECOMMERCE', types: ['View'] },
  { recipe: 'aws-vod-top-picks', domain: 'VIDEO_ON_DEMAND', types: ['Click'] },
] as const
for (const { recipe, domain, types } of USE_CASES)
  describe(`a number as context for ${recipe}`, () => {
    it('chooses the items', async () => {
      await using server = await startTestServer()
      const group = await createWorld(server, 'hours', dayLong('int', domain, types))
      await assertRecommends(await trainRecipe(server, group, recipe))
    })
  })

const DEVICES = ['phone', 'tablet', 'desk'] as const
const FOR_DEVICES = DEVICES.flatMap(device => Array.from({ length: 10 }, (_, item) => `${device}-${item}`))

/** Enough of them come new that users without events have a blend of their own. */
const USERS_OF_DEVICES = 400

/** Items suit a device. Each event names it, most of them beside another one. */
function onDevices() {
  const random = createRandom(19)
  const lines = Array.from({ length: 10 * USERS_OF_DEVICES }, (_, n) => {
    const device = Math.floor(3 * random())
    const other = (device + 1 + Math.floor(2 * random())) % 3
    const shown = random() < 0.2 ? [device] : random() < 0.5 ? [device, other] : [other, device]
    const text = shown.map(one => DEVICES[one]).join('|')
    return `user-${n % USERS_OF_DEVICES},${DEVICES[device]}-${Math.floor(10 * random() ** 2)},click,${1_000_000 + n},${text}`
  })
  return { Interactions: { fields: [...EVENT_FIELDS, category('DEVICE')], lines } }
}

describe('several categories as context', () => {
  const RECIPES = ['aws-user-personalization', 'aws-user-personalization-v2', 'aws-personalized-ranking-v2']
  let server: TestServer
  const trained = new Map<string, Trained>()
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'devices', onDevices())
    for (const recipe of RECIPES) trained.set(recipe, await trainRecipe(server, group, recipe))
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of RECIPES) {
    const listOf = (context: Record<string, string>) => {
      const { list, rank } = trained.get(recipe)!
      return recipe.includes('ranking') ? rank('nobody', FOR_DEVICES, context) : list({ userId: 'nobody', context }, 30)
    }
    it(`are learned one by one: ${recipe}`, async () => {
      for (const device of DEVICES) assert.equal(ofFive(await listOf({ DEVICE: device }), device), 5)
    })

    it(`count each in a request, in any order: ${recipe}`, async () => {
      const both = await listOf({ DEVICE: 'phone|tablet' })
      for (const device of ['phone', 'tablet'])
        assert.ok(both.slice(0, 16).filter(item => timeOf(item) === device).length >= 6, `${both}`)
      assert.deepEqual(await listOf({ DEVICE: ' tablet | phone' }), both)
      assert.deepEqual(await listOf({ DEVICE: 'phone|fridge' }), await listOf({ DEVICE: 'phone' }))
    })
  }
})
