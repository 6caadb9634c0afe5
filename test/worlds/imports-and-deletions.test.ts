import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  DeleteCampaignCommand,
  DeleteDatasetCommand,
  DescribeCampaignCommand,
  type Domain,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import {
  addDataset,
  createWorld,
  deleteUsersOf,
  EVENT_FIELDS,
  eventsInto,
  itemsOf,
  type Trained,
  trainRecipe,
  type World,
} from './world.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const HOUR = 3_600_000
const ITEMS = Array.from({ length: 12 }, (_, item) => `item-${item}`)
const HEADER = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP'

/** Events of a month with steady interest in twelve items, up to an hour ago. Only user-0 has events with `rare`. */
function steady(eventType: string): readonly string[] {
  const events = Array.from({ length: 1200 }, (_, n) => {
    const time = Math.floor((NOW - HOUR - n * 0.6 * HOUR) / 1000)
    return `user-${n % 60},item-${Math.floor(n / 7) % 12},${eventType},${time}`
  })
  return [...events, ...Array.from({ length: 3 }, (_, n) => `user-0,rare,${eventType},${NOW / 1000 - 7200 - n}`)]
}

/** Forty users with new events for an item, in the last minutes. Each has other events, too. */
const fans = (item: string, eventType: string) =>
  Array.from({ length: 120 }, (_, n) => `fan-${n % 40},${item},${eventType},${NOW / 1000 - 60 - n}`)

interface Setting {
  readonly name: string
  readonly domain?: Domain
  readonly eventType: string
  readonly recipes: readonly string[]
  /** Recipes of counts, which rank the item with most events first. */
  readonly counted: readonly string[]
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'own',
    eventType: 'click',
    recipes: [
      'aws-popularity-count',
      'aws-trending-now',
      'aws-user-personalization',
      'aws-user-personalization-v2',
      'aws-personalized-ranking',
      'aws-similar-items',
      'aws-sims',
    ],
    counted: ['aws-popularity-count', 'aws-trending-now'],
  },
  {
    name: 'shop',
    domain: 'ECOMMERCE',
    eventType: 'View',
    recipes: ['aws-ecomm-popular-items-by-views', 'aws-ecomm-recommended-for-you'],
    counted: ['aws-ecomm-popular-items-by-views'],
  },
  {
    name: 'video',
    domain: 'VIDEO_ON_DEMAND',
    eventType: 'Watch',
    recipes: ['aws-vod-most-popular', 'aws-vod-trending-now', 'aws-vod-top-picks'],
    counted: ['aws-vod-most-popular', 'aws-vod-trending-now'],
  },
]

for (const { name, domain, eventType, recipes, counted } of SETTINGS)
  describe(`data that change by imports and deletions after the training, ${domain ?? 'no domain'}`, () => {
    let server: TestServer
    let group: string
    const trained = new Map<string, Trained>()
    const datasetArn = (type: string) => `${group.replace(':dataset-group/', ':dataset/')}/${type}`
    const importEvents = async (lines: readonly string[], mode: ImportMode) => {
      const path = await putFile(server, `${name}-${++files}.csv`, [HEADER, ...lines].join('\n'))
      assertActive(await importFrom(server, datasetArn('INTERACTIONS'), path, mode))
    }
    const deleteUsers = (users: readonly string[]) => deleteUsersOf(server, group, users)
    const listOf = (recipe: string) =>
      recipe.includes('ranking')
        ? trained.get(recipe)!.rank('user-1', ['viral', 'rare', ...ITEMS])
        : trained.get(recipe)!.list({ userId: 'user-1', itemId: 'item-3' }, 500)
    let files = 0

    before(async () => {
      server = await startTestServer()
      const world: World = {
        ...(domain && { domain, Items: itemsOf(domain, [...ITEMS, 'unseen'], () => 'any') }),
        Interactions: { fields: EVENT_FIELDS, lines: steady(eventType) },
      }
      group = await createWorld(server, name, world)
      for (const recipe of recipes) trained.set(recipe, await trainRecipe(server, group, recipe))
      // All models are in memory before the data change.
      for (const recipe of recipes) await listOf(recipe)
    })
    after(() => server[Symbol.asyncDispose]())

    const isListed = async (item: string, is: boolean) => {
      for (const recipe of recipes) {
        const list = await listOf(recipe)
        assert.equal(new Set(list).size, list.length)
        // A ranking returns all items of its request.
        if (recipe.includes('ranking')) continue
        assert.equal(list.includes(item), is, `${recipe}: ${list}`)
      }
    }

    it('an item that an incremental import brings is recommended by every recipe, and counts', async () => {
      await isListed('viral', false)
      await importEvents(fans('viral', eventType), 'INCREMENTAL')
      await isListed('viral', true)
      for (const recipe of counted) assert.equal((await listOf(recipe))[0], 'viral', recipe)
    })

    it('events of deleted users no longer count, and items that only they had are not recommended', async () => {
      await deleteUsers(Array.from({ length: 40 }, (_, fan) => `fan-${fan}`))
      await isListed('viral', false)
      await isListed('rare', true)
      await deleteUsers(['user-0'])
      await isListed('rare', false)
    })

    it('a full import replaces the events before', async () => {
      const without = steady(eventType).filter(line => !line.includes(',item-5,') && !line.includes(',rare,'))
      await importEvents([...without, ...fans('item-9', eventType)], 'FULL')
      await isListed('item-5', domain !== undefined)
      await isListed('rare', false)
      for (const recipe of counted) assert.equal((await listOf(recipe))[0], 'item-9', recipe)
    })

    it('later put events also count', async () => {
      const put = await eventsInto(server, group)
      const clicks = Array.from({ length: 10 }, (_, n) => ({ eventType, itemId: 'late', sentAt: new Date(NOW - n) }))
      for (let user = 0; user < 60; user++) await put(`late-${user}`, clicks)
      await isListed('late', true)
      for (const recipe of counted) assert.equal((await listOf(recipe))[0], 'late', recipe)
      await deleteUsers(Array.from({ length: 60 }, (_, user) => `late-${user}`))
      await isListed('late', false)
    })

    if (domain)
      it('an item without events is not recommended if a full import lacks its record', async () => {
        const { fields, lines } = itemsOf(domain, ITEMS, () => 'any')
        const csv = [fields.map(field => field.name).join(','), ...lines].join('\n')
        await isListed('unseen', true)
        assertActive(await importFrom(server, datasetArn('ITEMS'), await putFile(server, 'items.csv', csv), 'FULL'))
        await isListed('unseen', false)
        await isListed('item-5', true)
      })
  })

describe('the record of a user who was deleted', () => {
  it('is in no reply, and neither are the events of the history nor the properties', async () => {
    await using server = await startTestServer()
    const events = Array.from({ length: 1200 }, (_, n) => {
      const camp = n % 2 === 0 ? 'jazz' : 'rock'
      return `user-${n % 100},${camp}-${Math.floor(n / 100) % 10},click,${1_000_000 + n}`
    })
    const group = await createWorld(server, 'history', { Interactions: { fields: EVENT_FIELDS, lines: events } })
    const trained = await trainRecipe(server, group, 'aws-user-personalization-v2')
    const nobody = await trained.list({ userId: 'nobody' })
    assert.notDeepEqual(await trained.list({ userId: 'user-1' }), nobody)
    await deleteUsersOf(server, group, ['user-1'])
    assert.deepEqual(await trained.list({ userId: 'user-1' }), nobody)
  })
})

describe('an Interactions dataset that replaces a deleted one', () => {
  it('is the history from which an older model recommends', async () => {
    await using server = await startTestServer()
    const world = (lines: readonly string[]): World => ({ Interactions: { fields: EVENT_FIELDS, lines } })
    const group = await createWorld(server, 'again', world(steady('click')))
    const campaigns = ['aws-popularity-count', 'aws-trending-now', 'aws-user-personalization-v2']
    const versions: string[] = []
    for (const recipe of campaigns) {
      const { arn: campaignArn } = await trainRecipe(server, group, recipe)
      const { campaign } = await server.personalize.send(new DescribeCampaignCommand({ campaignArn }))
      versions.push(campaign!.solutionVersionArn!)
      await server.personalize.send(new DeleteCampaignCommand({ campaignArn }))
    }
    const datasetArn = `${group.replace(':dataset-group/', ':dataset/')}/INTERACTIONS`
    await server.personalize.send(new DeleteDatasetCommand({ datasetArn }))
    await addDataset(server, group, 'Interactions', 'another', world(fans('fresh', 'click')).Interactions)
    for (const solutionVersionArn of versions) {
      const name = `again-${versions.indexOf(solutionVersionArn)}`
      const created = await server.personalize.send(new CreateCampaignCommand({ name, solutionVersionArn }))
      const asked = { campaignArn: created.campaignArn, userId: 'user-1', numResults: 500 }
      const { itemList } = await server.runtime.send(new GetRecommendationsCommand(asked))
      assert.deepEqual(
        itemList!.map(({ itemId }) => itemId),
        ['fresh'],
      )
    }
  })
})
