import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetSolutionMetricsCommand, ListSolutionVersionsCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { openClock } from '../../clock.ts'
import { now } from '../../recommender/request/clock.ts'

const HOUR = 3600

describe('aws-trending-now', () => {
  let server: TestServer
  let market: Market
  let trackingId: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const { datasetGroupArn } = market
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(() => server[Symbol.asyncDispose]())

  /** Lets a number of people watch an item in the hour before now. */
  const watch = async (itemId: string, people: number, hoursAgo: number) => {
    for (let n = 0; n < people; n++) {
      const sentAt = new Date(Math.floor(now(openClock()) / 1000 - hoursAgo * HOUR - n) * 1000)
      const event = { eventType: 'watch', itemId, sentAt }
      const sessionId = `${itemId}-${hoursAgo}-${n}`
      await server.events.send(new PutEventsCommand({ trackingId, sessionId, eventList: [event] }))
    }
  }

  it('recommends rising items to anybody, with events since the training', async () => {
    for (let hour = 12; hour > 2; hour--) await watch('drama-0', 5, hour)
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-trending-now', {
      solutionConfig: { featureTransformationParameters: { trend_discovery_frequency: '1 hour' } },
    })
    const first = async () => {
      const command = new GetRecommendationsCommand({ campaignArn, numResults: 3 })
      return (await server.runtime.send(command)).itemList!
    }
    assert.notEqual((await first())[0]!.itemId, 'comedy-25')
    await watch('comedy-25', 40, 1.5)
    const [top] = await first()
    assert.deepEqual([top!.itemId, top!.score], ['comedy-25', undefined])
  })

  it('is measured by how well it predicts rising items, and as all recipes for items', async () => {
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-trending-now', { name: 'measured' })
    const solution = campaignArn.replace(/campaign\/.*/, 'solution/measured')
    const listed = await server.personalize.send(new ListSolutionVersionsCommand({ solutionArn: solution }))
    const { solutionVersionArn } = listed.solutionVersions![0]!
    const { metrics } = await server.personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
    const { trend_prediction_accuracy: accuracy, coverage } = metrics!
    assert.ok(accuracy! >= 0 && accuracy! <= 1, `${accuracy}`)
    // 25 of the 60 items, the same for everybody.
    assert.equal(coverage, 0.4167)
  })
})
