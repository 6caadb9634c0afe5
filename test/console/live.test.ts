import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeMetricAttributionCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'

const HOSTILE = '<img src=x onerror="globalThis.isHurt=true">'

describe('the live pages of the console', { skip: noBrowser }, () => {
  let server: TestServer
  let datasetGroupArn: string
  let trackingId: string
  before(async () => {
    server = await startTestServer()
    ;({ datasetGroupArn } = await createDataset(server, 'Interactions'))
    await createDataset(server, 'Items')
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  const put = (itemId: string, eventAttributionSource = 'mail') =>
    server.events.send(
      new PutEventsCommand({
        trackingId,
        userId: 'u-1',
        sessionId: 's',
        eventList: [{ itemId, eventType: 'watch', sentAt: new Date(), metricAttribution: { eventAttributionSource } }],
      }),
    )

  it('shows requests by operation with their errors, and events as they come, none of which runs', async () => {
    await put(HOSTILE)
    await using console = await look(server.url)
    const { page } = console
    await console.open('/live/shop')
    await page.getByRole('rowheader', { name: HOSTILE }).waitFor()
    await page.getByText('No requests in this time.').first().waitFor()
    await put('later')
    const campaignArn = datasetGroupArn.replace('dataset-group/shop', 'campaign/none')
    await assert.rejects(server.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'u-1' })))
    await page.getByRole('rowheader', { name: 'later' }).waitFor()
    const row = page
      .getByRole('table', { name: 'Requests by operation' })
      .getByRole('row', { name: /^GetRecommendations/ })
    await row.getByText('100 %').waitFor()
    await page.getByRole('cell', { name: 'does not exist' }).waitFor()
    assert.equal(await page.evaluate('globalThis.isHurt'), undefined)
    await console.assertUsable()
  })

  it('asks nothing more when it is told to stop, and while the tab is hidden', async () => {
    await using console = await look(server.url, { width: 360, height: 740, isDark: true })
    const { page } = console
    await page.clock.install()
    await console.open('/live/shop')
    await page.getByText('No requests in this time.').first().waitFor()
    await page.getByLabel('Live', { exact: true }).click()
    let asked = 0
    page.on('request', request => {
      if (/\/inspect\/(requests|latest)/.test(request.url())) asked++
    })
    await put('while-it-stands-still')
    await page.clock.fastForward(60_000)
    assert.equal(asked, 0)
    await page.getByLabel('Live', { exact: true }).click()
    await page.getByRole('rowheader', { name: 'while-it-stands-still' }).waitFor()
    await page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })`,
    )
    asked = 0
    await page.clock.fastForward(60_000)
    assert.equal(asked, 0)
    await page.evaluate('delete document.visibilityState')
    await page.clock.fastForward(60_000)
    await put('seen-again')
    await page.getByRole('rowheader', { name: 'seen-again' }).waitFor()
    await console.assertUsable()
  })

  it('creates a metric attribution and shows its metrics over time, by source', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/metrics/shop')
    await page.getByLabel('Name of metric 1').fill('plays')
    await page.getByLabel('Event type of metric 1').fill('watch')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('heading', { name: 'impact' }).waitFor()
    const metricAttributionArn = datasetGroupArn.replace('dataset-group/shop', 'metric-attribution/impact')
    const described = new DescribeMetricAttributionCommand({ metricAttributionArn })
    const { metricAttribution } = await server.personalize.send(described)
    assert.equal(metricAttribution!.status, 'ACTIVE')
    await put('b', HOSTILE)
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByRole('heading', { name: /^plays/ }).waitFor()
    await page.getByRole('rowheader', { name: 'mail' }).waitFor()
    await page.getByRole('rowheader', { name: HOSTILE }).waitFor()
    assert.equal(await page.evaluate('globalThis.isHurt'), undefined)
    await console.assertUsable()
  })
})
