import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeDatasetCommand, DescribeDatasetGroupCommand } from '@aws-sdk/client-personalize'
import { PutActionInteractionsCommand, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { importFrom, putFile } from '#test/jobs.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-06-01T00:00:00Z')
const daysAgo = (days: number) => new Date(NOW - DAY_MS * days)

interface Shown {
  readonly name: string
  readonly keepEvents: string
  readonly setBy: string
}

describe('/inspect/retention', () => {
  let server: TestServer
  let datasetGroupArn: string
  let datasets: readonly string[]
  let trackingId: string
  let actionsTrackingId: string
  before(async () => {
    server = await startTestServer({ keepEvents: '400d', now: NOW })
    const interactions = await createDataset(server, 'Interactions')
    const actions = await createDataset(server, 'Action_Interactions')
    datasetGroupArn = interactions.datasetGroupArn
    datasets = [interactions.datasetArn, actions.datasetArn]
    trackingId = await createTracker(server, datasetGroupArn)
    const ofActions = new DescribeDatasetCommand({ datasetArn: actions.datasetArn })
    actionsTrackingId = (await server.personalize.send(ofActions)).dataset!.trackingId!
  })
  after(() => server[Symbol.asyncDispose]())

  const ask = <Answer>(method: string, path: string, asked = {}) =>
    openInspection(server.url, LOCAL_KEY)<Answer>(method, `/inspect/${path}`, asked)
  const set = (keepEvents: unknown) => ask<Shown>('PUT', 'retention', { body: { datasetGroupArn, keepEvents } })
  const stopAt = (time: number) => ask('POST', 'clock', { body: { time: new Date(time).toISOString() } })
  const put = async (ages: readonly number[], userId = 'ann') => {
    const events = ages.map(days => ({ eventType: 'watch', itemId: `i${days}`, sentAt: daysAgo(days) }))
    await server.events.send(new PutEventsCommand({ trackingId, sessionId: 'phone', userId, eventList: events }))
    const actionInteractions = ages.map(days => {
      return { eventType: 'TAKEN', sessionId: 'phone', userId, actionId: `a${days}`, timestamp: daysAgo(days) }
    })
    await server.events.send(new PutActionInteractionsCommand({ trackingId: actionsTrackingId, actionInteractions }))
  }
  const counts = () =>
    Promise.all(
      datasets.map(async datasetArn => {
        const { count } = await ask<{ count: { ALL: number } }>('GET', 'count', { query: { datasetArn } })
        return count.ALL
      }),
    )
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(new RegExp(`^personalite_events_expired_${name} (.*)$`, 'm').exec(text)?.[1])
  }

  it("shows the server's setting for a group without one of its own", async () => {
    assert.deepEqual(await ask('GET', 'retention'), {
      usual: '400d',
      retention: [{ datasetGroupArn, name: 'shop', keepEvents: '400d', setBy: 'server' }],
    })
  })

  it('deletes events as they get too old, those of actions too, and counts them', async () => {
    await put([10, 399, 100])
    await stopAt(NOW)
    assert.deepEqual(await counts(), [3, 3])
    await stopAt(NOW + DAY_MS)
    assert.deepEqual(await counts(), [3, 3])
    await stopAt(NOW + DAY_MS + 1)
    assert.deepEqual(await counts(), [2, 2])
    assert.equal(await metric('total'), 2)
    assert.equal(await metric('late_total'), 0)
    assert.ok(Math.abs((await metric('time_seconds')) - Date.now() / 1000) < 600)
  })

  it('takes an event that is too old already, deletes it the next time and counts it as late', async () => {
    await put([500, 5])
    assert.deepEqual(await counts(), [4, 4])
    await stopAt(NOW + DAY_MS + 2)
    assert.deepEqual(await counts(), [3, 3])
    assert.equal(await metric('late_total'), 2)
  })

  it('imports rows that are too old, says so in a note of the job, and deletes them the next time', async () => {
    const rows = [600, 500, 5].map(days => `ben,i${days},watch,${daysAgo(days).getTime() / 1000}`)
    const text = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...rows].join('\n')
    const { jobName } = await importFrom(server, datasets[0]!, await putFile(server, 'old.csv', text))
    assert.deepEqual(await counts(), [6, 3])
    const { jobs } = await ask<{ jobs: readonly { jobName: string; notes?: readonly string[] }[] }>('GET', 'jobs')
    assert.deepEqual(jobs.find(job => job.jobName === jobName)?.notes, [
      '2 rows are older than the dataset group keeps interactions, 400d: they are deleted soon',
    ])
    await stopAt(NOW + DAY_MS + 2)
    assert.deepEqual(await counts(), [4, 3])
  })

  it('goes by the setting of a group, which Describe does not show, until it is taken away', async () => {
    assert.deepEqual(await set('48h'), { datasetGroupArn, name: 'shop', keepEvents: '48h', setBy: 'dataset-group' })
    const described = await server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.ok(!JSON.stringify(described).includes('keepEvents'))
    await stopAt(NOW + DAY_MS + 3)
    assert.deepEqual(await counts(), [0, 0])
    await set('forever')
    await put([5000])
    await stopAt(NOW + DAY_MS + 4)
    assert.deepEqual(await counts(), [1, 1])
    const query = { datasetGroupArn }
    assert.equal((await ask<Shown>('DELETE', 'retention', { query })).setBy, 'server')
    await stopAt(NOW + DAY_MS + 5)
    assert.deepEqual(await counts(), [0, 0])
  })

  for (const [keepEvents, message] of [
    ['400', /^Error: keepEvents must be a number of days or hours, such as 400d or 36h .* or forever, got "400"$/],
    ['0d', /keepEvents must be/],
    ['40000d', /36500d at most/],
    ['1w', /keepEvents must be/],
    [400, /keepEvents must be a text/],
    [undefined, /keepEvents must be given/],
  ] as const) {
    it(`refuses ${JSON.stringify(keepEvents)}, and changes nothing`, async () => {
      await assert.rejects(set(keepEvents), message)
      const { retention } = await ask<{ retention: readonly Shown[] }>('GET', 'retention')
      assert.equal(retention[0]?.keepEvents, '400d')
    })
  }

  it('refuses a group that is not there', async () => {
    const body = { datasetGroupArn: `${datasetGroupArn}s`, keepEvents: '1d' }
    await assert.rejects(ask('PUT', 'retention', { body }), /The given dataset group does not exist/)
  })
})
