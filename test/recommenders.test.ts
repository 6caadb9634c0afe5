import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  DescribeRecommenderCommand,
  type Domain,
  StartRecommenderCommand,
  StopRecommenderCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand, type GetRecommendationsCommandInput } from '@aws-sdk/client-personalize-runtime'
import { assertActive, finished, importFrom, putFile } from '#test/jobs.ts'
import { tasteOf } from '#test/market.ts'
import { assertRefused } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../src/engine/math/random.ts'

const string = (name: string) => ({ name, type: 'string' })
const category = (name: string) => ({ ...string(name), categorical: true })
const number = (name: string, type: string) => ({ name, type })
const interactions = [string('USER_ID'), string('ITEM_ID'), string('EVENT_TYPE'), number('TIMESTAMP', 'long')]

const DOMAINS = {
  ECOMMERCE: {
    fields: [string('ITEM_ID'), number('PRICE', 'float'), category('CATEGORY_L1')],
    item: (id: string, taste: string) => `${id},9.5,${taste}`,
    header: 'ITEM_ID,PRICE,CATEGORY_L1',
    often: 'View',
    seldom: 'Purchase',
  },
  VIDEO_ON_DEMAND: {
    fields: [string('ITEM_ID'), category('GENRES'), number('CREATION_TIMESTAMP', 'long')],
    item: (id: string, taste: string) => `${id},${taste},1000000`,
    header: 'ITEM_ID,GENRES,CREATION_TIMESTAMP',
    often: 'Watch',
    seldom: 'Click',
  },
} as const

/** A shop or a video service with two tastes, and 150 users of each. Each event type is equally frequent. */
async function createDomain(server: TestServer, domain: Domain) {
  const { fields, item, header, often, seldom } = DOMAINS[domain]
  const { personalize } = server
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: domain, domain }))
  const lines: Record<'Items' | 'Interactions', string[]> = {
    Items: [header],
    Interactions: ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP'],
  }
  const random = createRandom(3)
  for (const taste of ['red', 'blue']) {
    for (let i = 0; i < 20; i++) lines.Items.push(item(`${taste}-${i}`, taste))
    for (let user = 0; user < 150; user++)
      for (let event = 0; event < 5; event++) {
        const id = `${taste}-${Math.floor(20 * random() ** 2)}`
        for (const [i, type] of [often, seldom].entries())
          lines.Interactions.push(`${taste}-user-${user},${id},${type},${1_000_000 + event * 100 + i}`)
      }
  }
  for (const [type, own] of Object.entries({ Items: fields, Interactions: interactions })) {
    const namespace = 'com.amazonaws.personalize.schema'
    const schema = JSON.stringify({ type: 'record', name: type, namespace, fields: own, version: '1.0' })
    const name = `${domain}-${type}`
    const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema, domain }))
    const dataset = { name, datasetGroupArn: datasetGroupArn!, datasetType: type, schemaArn: schemaArn! }
    const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset))
    const location = await putFile(server, `${name}.csv`, lines[type as keyof typeof lines].join('\n'))
    assertActive(await importFrom(server, datasetArn!, location))
  }
  return datasetGroupArn!
}

describe('recommenders', () => {
  let server: TestServer
  const groups = new Map<Domain, string>()
  before(async () => {
    server = await startTestServer()
    for (const domain of ['ECOMMERCE', 'VIDEO_ON_DEMAND'] as const)
      groups.set(domain, await createDomain(server, domain))
  })
  after(() => server[Symbol.asyncDispose]())

  const settled = (recommenderArn: string) => {
    const command = new DescribeRecommenderCommand({ recommenderArn })
    return finished(async () => (await server.personalize.send(command)).recommender)
  }
  const create = async (recipe: string) => {
    const datasetGroupArn = groups.get(recipe.includes('vod') ? 'VIDEO_ON_DEMAND' : 'ECOMMERCE')!
    const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
    const command = new CreateRecommenderCommand({ name: recipe, datasetGroupArn, recipeArn })
    const { recommenderArn } = await server.personalize.send(command)
    const recommender = await settled(recommenderArn!)
    assertActive(recommender)
    return recommender
  }
  const idsOf = async (recommenderArn: string, input: GetRecommendationsCommandInput) => {
    const command = new GetRecommendationsCommand({ recommenderArn, numResults: 5, ...input })
    const { itemList } = await server.runtime.send(command)
    assert.ok(itemList!.every(({ score }) => score === undefined))
    return itemList!.map(({ itemId }) => itemId!)
  }
  const tastes = async (...asked: Parameters<typeof idsOf>) => new Set((await idsOf(...asked)).map(tasteOf))

  for (const recipe of ['aws-ecomm-recommended-for-you', 'aws-vod-top-picks']) {
    it(`${recipe}: recommends items to a user, without those that the user had`, async () => {
      const { recommenderArn, modelMetrics } = await create(recipe)
      assert.ok(modelMetrics!.precision_at_5! > 0)
      assert.deepEqual(await tastes(recommenderArn!, { userId: 'red-user-1' }), new Set(['red']))
      const all = await idsOf(recommenderArn!, { userId: 'red-user-1', numResults: 100 })
      assert.ok(all.length < 40 && all.length >= 35, `${all.length}`)
    })
  }

  it('leaves out an item that was bought before thousands of other events', async () => {
    const group = groups.get('ECOMMERCE')!
    const recommenderArn = group.replace(/dataset-group.*/, 'recommender/aws-ecomm-recommended-for-you')
    const rest = await idsOf(recommenderArn, { userId: 'blue-user-1', numResults: 100 })
    const lines = Array.from({ length: 1500 }, (_, n) => `blue-user-1,red-${n % 20},AddToCart,${2_000_000 + n}`)
    const file = await putFile(server, 'carts.csv', ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...lines].join('\n'))
    const interactionsArn = group.replace('dataset-group/ECOMMERCE', 'dataset/ECOMMERCE/INTERACTIONS')
    assertActive(await importFrom(server, interactionsArn, file, 'INCREMENTAL'))
    const later = await idsOf(recommenderArn, { userId: 'blue-user-1', numResults: 100 })
    assert.deepEqual(new Set(later), new Set(rest))
  })

  for (const recipe of ['aws-ecomm-popular-items-by-views', 'aws-vod-most-popular']) {
    it(`${recipe}: recommends the most popular items, and counts new events`, async () => {
      const { recommenderArn } = await create(recipe)
      const before = await idsOf(recommenderArn!, { userId: 'anybody' })
      assert.deepEqual(new Set(before.slice(0, 2)), new Set(['red-0', 'blue-0']))
      const isVideo = recipe.includes('vod')
      const datasetGroupArn = groups.get(isVideo ? 'VIDEO_ON_DEMAND' : 'ECOMMERCE')!
      const tracker = new CreateEventTrackerCommand({ name: `${recipe}-tracker`, datasetGroupArn })
      const { trackingId } = await server.personalize.send(tracker)
      for (let n = 0; n < 20; n++) {
        const eventType = isVideo ? 'Watch' : 'View'
        const eventList = Array.from({ length: 10 }, (_, i) => ({
          eventType,
          itemId: 'red-19',
          sentAt: new Date(2e9 + i * 1000),
        }))
        const sessionId = `session-${n}`
        await server.events.send(new PutEventsCommand({ trackingId, sessionId, userId: sessionId, eventList }))
      }
      assert.equal((await idsOf(recommenderArn!, { userId: 'anybody' }))[0], 'red-19')
    })
  }

  it('aws-ecomm-popular-items-by-purchases counts purchases alone', async () => {
    const { recommenderArn } = await create('aws-ecomm-popular-items-by-purchases')
    assert.notEqual((await idsOf(recommenderArn!, { userId: 'anybody' }))[0], 'red-19')
  })

  for (const recipe of [
    'aws-ecomm-customers-who-viewed-x-also-viewed',
    'aws-ecomm-frequently-bought-together',
    'aws-vod-because-you-watched-x',
    'aws-vod-more-like-x',
  ]) {
    it(`${recipe}: recommends items related to an item`, async () => {
      const { recommenderArn } = await create(recipe)
      const input = { userId: 'nobody', itemId: 'blue-3' }
      assert.deepEqual(await tastes(recommenderArn!, input), new Set(['blue']))
      const asked = idsOf(recommenderArn!, { userId: 'nobody' })
      await assertRefused(asked, ['InvalidInputException', 400], /^itemId is missing/)
    })
  }

  it('can be stopped and started', async () => {
    const recommenderArn = 'arn:aws:personalize:us-east-1:000000000000:recommender/aws-vod-more-like-x'
    await server.personalize.send(new StopRecommenderCommand({ recommenderArn }))
    assert.equal((await settled(recommenderArn)).status, 'INACTIVE')
    const asked = idsOf(recommenderArn, { userId: 'nobody', itemId: 'blue-3' })
    await assertRefused(asked, ['InvalidInputException', 400], /does not exist or is not active yet: it is INACTIVE$/)
    await server.personalize.send(new StartRecommenderCommand({ recommenderArn }))
    assert.equal((await settled(recommenderArn)).status, 'ACTIVE')
    // The model is in memory now.
    await rename(`${server.dataDir}/models`, `${server.dataDir}/away`)
    assert.equal((await idsOf(recommenderArn, { userId: 'nobody', itemId: 'blue-3' })).length, 5)
    await rename(`${server.dataDir}/away`, `${server.dataDir}/models`)
  })
})
