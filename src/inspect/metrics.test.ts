import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateMetricAttributionCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { inspect } from '#test/http.ts'
import { assertActive, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'

describe('/inspect/metrics', () => {
  let server: TestServer
  let metricAttributionArn: string
  let datasetArn: string
  let trackingId: string
  const now = Date.now()
  before(async () => {
    server = await startTestServer()
    const dataset = await createDataset(server, 'Interactions')
    const { datasetGroupArn } = dataset
    datasetArn = dataset.datasetArn
    trackingId = await createTracker(server, datasetGroupArn)
    const metrics = [{ metricName: 'plays', eventType: 'watch', expression: 'SAMPLECOUNT()' }]
    const attribution = { name: 'impact', datasetGroupArn, metrics, metricsOutputConfig: { roleArn: ROLE } }
    const created = await server.personalize.send(new CreateMetricAttributionCommand(attribution))
    metricAttributionArn = created.metricAttributionArn!
    const metricAttribution = { eventAttributionSource: 'mail' }
    const sent = ['2001-01-31T12:01:00Z', '2001-01-31T12:14:00Z', '2001-02-01T00:00:00Z', now, now - 15 * 86_400_000]
    const eventList = sent.map(time => ({
      itemId: 'i',
      eventType: 'watch',
      sentAt: new Date(time),
      metricAttribution,
    }))
    await server.events.send(new PutEventsCommand({ trackingId, userId: 'u', sessionId: 's', eventList }))
  })
  after(() => server[Symbol.asyncDispose]())

  const get = (query: Readonly<Record<string, string>>) =>
    inspect<{ metrics: readonly { value: number }[] }>(server, '/inspect/metrics', query)

  it('shows the metrics between two times', async () => {
    const value = { metricName: 'plays', eventType: 'watch', function: 'SAMPLECOUNT', source: 'mail' }
    assert.deepEqual(await get({ metricAttributionArn, from: '2001-01-31', to: '2001-02-01' }), {
      metricAttributionArn,
      from: '2001-01-31T00:00:00.000Z',
      to: '2001-02-01T00:00:00.000Z',
      period: 900,
      metrics: [{ timestamp: '2001-01-31T12:00:00.000Z', ...value, value: 2 }],
      notes: [],
    })
    const days = await get({ metricAttributionArn, from: '2001-01-01', to: '2001-03-01', period: '86400' })
    assert.deepEqual(days.metrics, [
      { timestamp: '2001-02-01T00:00:00.000Z', ...value, value: 1 },
      { timestamp: '2001-01-31T00:00:00.000Z', ...value, value: 2 },
    ])
  })

  it('counts an event once that was put and imported', async () => {
    const time = Date.parse('2003-01-01T12:00:00Z') / 1000
    const eventList = [{ itemId: 'i', eventType: 'watch', sentAt: new Date(1000 * time) }]
    await server.events.send(new PutEventsCommand({ trackingId, userId: 'both', sessionId: 'both', eventList }))
    for (const [mode, rows] of [
      ['FULL', `other,i,watch,1\n`],
      ['INCREMENTAL', `both,i,watch,${time}\nimported,i,watch,${time}\n`],
    ] as const) {
      const location = await putFile(server, `${mode}.csv`, `USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n${rows}`)
      assertActive(await importFrom(server, datasetArn, location, mode))
    }
    const { metrics } = await get({ metricAttributionArn, from: '2003-01-01', to: '2003-01-02' })
    assert.deepEqual(
      metrics.map(({ value }) => value),
      [2],
    )
  })

  it('shows the last 14 days by default', async () => {
    const { metrics } = await get({ metricAttributionArn })
    assert.deepEqual(
      metrics.map(({ value }) => value),
      [1],
    )
  })

  it('names the wrong parameter', async () => {
    for (const [query, message] of [
      [{}, /^InvalidInputException: .*metricAttributionArn must be given/],
      [{ metricAttributionArn: 'arn:x' }, /^ResourceNotFoundException: .*metric attribution does not exist: arn:x/],
      [{ metricAttributionArn, from: 'monday' }, /from must be a time such as 2030-01-31 or .*, got monday/],
      [{ metricAttributionArn, to: '2001-13-01' }, /to must be a time/],
      [{ metricAttributionArn, period: '60' }, /period must be seconds, a multiple of 900, got 60/],
    ] as const) {
      await assert.rejects(get(query), { message })
    }
  })
})
