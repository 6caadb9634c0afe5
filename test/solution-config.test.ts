import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type CreateSolutionCommandInput, GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { deploy, importMarket, type Market, tasteOf, train } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../src/engine/math/random.ts'

const USERS = 150
const ITEM_FIELDS = [
  { name: 'ITEM_ID', type: 'string' },
  { name: 'GENRES', type: 'string', categorical: true },
  { name: 'PRICE', type: 'float' },
  { name: 'madeIn', type: ['null', 'string'] },
]

describe('the configuration of a solution', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await importMarket(server, 'config', linesOf(), ITEM_FIELDS)
  })
  after(() => server[Symbol.asyncDispose]())

  /** All users watch dramas on television and comedies on the phone, and buy a western, which they like least. */
  function linesOf() {
    const random = createRandom(5)
    const users = ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER']
    const items = ['ITEM_ID,GENRES,PRICE']
    const events = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    const item = (genre: string) => `${genre}-${Math.floor(20 * random() ** 2)}`
    for (const genre of ['drama', 'comedy', 'western'])
      for (let i = 0; i < 20; i++) items.push(`${genre}-${i},${genre},${genre === 'drama' ? 1 : 100 - i}`)
    for (let user = 0; user < USERS; user++) {
      users.push(`user-${user},30,Member,`)
      for (let event = 0; event < 8; event++) {
        const [device, genre] = random() < 0.5 ? ['tv', 'drama'] : ['phone', 'comedy']
        events.push(`user-${user},${item(genre!)},watch,${1_000_000 + 100 * event},${device}`)
        events.push(`user-${user},${item('western')},buy,${1_001_000 + 100 * event},phone`)
      }
    }
    return { users, items, events }
  }

  const campaign = (more: Partial<CreateSolutionCommandInput> = {}, recipe = 'aws-user-personalization') =>
    deploy(server, market.datasetGroupArn, recipe, {
      ...more,
      ...(recipe.endsWith('v2') ? {} : { campaignConfig: { itemExplorationConfig: { explorationWeight: '0' } } }),
    })
  const genres = async (campaignArn: string, context?: Record<string, string>) => {
    const command = new GetRecommendationsCommand({ campaignArn, userId: 'somebody', context, numResults: 5 })
    return (await server.runtime.send(command)).itemList!.map(({ itemId }) => tasteOf(itemId!))
  }
  const only = (genre: string) => Array.from({ length: 5 }, () => genre)

  it('trains on events of one type', async () => {
    const campaignArn = await campaign({ eventType: 'buy' })
    assert.deepEqual(await genres(campaignArn), only('western'))
  })

  it('counts events by their weights', async () => {
    const weights = (watch: number, buy: number) => ({
      solutionConfig: {
        eventsConfig: {
          eventParametersList: [
            { eventType: 'watch', weight: watch },
            { eventType: 'buy', weight: buy },
          ],
        },
      },
    })
    const recipe = 'aws-user-personalization-v2'
    assert.deepEqual(await genres(await campaign(weights(0.05, 1), recipe)), only('western'))
    assert.ok(!(await genres(await campaign(weights(1, 0.05), recipe))).includes('western'))
    const { solutionVersionArn } = await train(server, market.datasetGroupArn, recipe, weights(0.1, 0.3))
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const { normalized_discounted_cumulative_gain_with_event_weights_at_k: gain } = metrics!
    assert.ok(gain! > 0, `${gain}`)
  })

  it('recommends by the context of a request', async () => {
    const campaignArn = await campaign({ eventType: 'watch' })
    assert.deepEqual(await genres(campaignArn, { DEVICE: 'tv' }), only('drama'))
    assert.deepEqual(await genres(campaignArn, { DEVICE: 'phone' }), only('comedy'))
  })

  it('follows an objective by its sensitivity', async () => {
    const price = async (objectiveSensitivity: 'OFF' | 'LOW' | 'HIGH') => {
      const optimizationObjective = { itemAttribute: 'price', objectiveSensitivity }
      const campaignArn = await campaign({ eventType: 'watch', solutionConfig: { optimizationObjective } })
      return (await genres(campaignArn)).filter(genre => genre === 'comedy').length
    }
    const [off, high] = [await price('OFF'), await price('HIGH')]
    assert.ok(high > off, `${high} > ${off}`)
    const optimizationObjective = { itemAttribute: 'PRICE', objectiveSensitivity: 'LOW' } as const
    const { solutionVersionArn } = await train(server, market.datasetGroupArn, 'aws-user-personalization', {
      solutionConfig: { optimizationObjective },
    })
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const { average_rewards_at_k: rewards } = metrics!
    assert.ok(rewards! > 0 && rewards! <= 1, `${rewards}`)
  })

  it('leaves out excluded columns', async () => {
    const excludedDatasetColumns = { Interactions: ['DEVICE'] }
    const trainingDataConfig = { excludedDatasetColumns }
    const campaignArn = await campaign({ eventType: 'watch', solutionConfig: { trainingDataConfig } })
    assert.deepEqual(await genres(campaignArn, { DEVICE: 'tv' }), await genres(campaignArn, { DEVICE: 'phone' }))
  })

  it('returns metadata of a column whose name is not in capitals', async () => {
    const campaignArn = await campaign({ eventType: 'buy' }, 'aws-user-personalization-v2')
    const items = [{ itemId: 'western-0', properties: '{"genres": "western", "price": 1, "madeIn": "Almería"}' }]
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    const metadataColumns = { ITEMS: ['madeIn'] }
    const command = new GetRecommendationsCommand({ campaignArn, userId: 'somebody', numResults: 50, metadataColumns })
    const { itemList } = await server.runtime.send(command)
    assert.deepEqual(itemList!.find(({ itemId }) => itemId === 'western-0')!.metadata, { madein: 'Almería' })
  })

  it('trains on histories with lengths between its percentiles', async () => {
    const featureTransformationParameters = { min_user_history_length_percentile: '1.0' }
    const version = await train(server, market.datasetGroupArn, 'aws-user-personalization', {
      solutionConfig: { featureTransformationParameters },
    })
    assert.equal(version.status, 'ACTIVE')
  })
})
