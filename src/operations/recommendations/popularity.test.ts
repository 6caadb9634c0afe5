import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, USERS_EACH } from '#test/market.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'

describe('aws-popularity-count', () => {
  let server: TestServer
  let campaignArn: string
  let trackingId: string
  before(async () => {
    server = await startTestServer()
    const { datasetGroupArn } = await createMarket(server)
    campaignArn = await deploy(server, datasetGroupArn, 'aws-popularity-count')
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(() => server[Symbol.asyncDispose]())

  const first = async () => {
    const command = new GetRecommendationsCommand({ campaignArn, numResults: 1 })
    return (await server.runtime.send(command)).itemList![0]!.itemId
  }
  /** More events than any item in the market has. */
  const MANY = 2 * USERS_EACH
  const watch = async (
    itemId: string,
    event: (n: number) => { readonly second: number; readonly eventId?: string },
  ) => {
    for (let n = 0; n < MANY; n += 10) {
      const eventList = Array.from({ length: 10 }, (_, i) => {
        const { second, eventId } = event(n + i)
        return { eventType: 'watch', itemId, eventId, sentAt: new Date(second * 1000) }
      })
      await server.events.send(new PutEventsCommand({ trackingId, userId: 'fan', sessionId: 's', eventList }))
    }
  }

  it('counts a new event in the next request, and a repeated one only once', async () => {
    await watch('comedy-29', () => ({ second: 3e6 }))
    assert.notEqual(await first(), 'comedy-29')
    await watch('comedy-27', n => ({ second: 3e6 + n }))
    assert.equal(await first(), 'comedy-27')
  })

  it('leaves out events with a known eventId, as training does', async () => {
    await watch('comedy-28', n => ({ second: 4e6 + n, eventId: 'the same' }))
    await watch('comedy-28', n => ({ second: 5e6 + n, eventId: 'the same' }))
    assert.notEqual(await first(), 'comedy-28')
  })
})
