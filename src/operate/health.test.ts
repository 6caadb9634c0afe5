import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { eventually } from '#test/eventually.ts'
import { connectRaw, signedRequest } from '#test/raw-http.ts'
import { createDataset, createTracker, createUsersDataset, startTestServer } from '#test/server.ts'
import { openReadiness } from './readiness.ts'

const get = (path: string, host = 'localhost', more = '') => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${more}\r\n`

/** The text of the value of a series. */
const seriesOf = (text: string, series: string) =>
  text
    .split('\n')
    .find(line => line.startsWith(`${series} `))
    ?.slice(series.length + 1)

describe('GET /readyz', () => {
  it('answers 200 if the server can serve', async () => {
    await using server = await startTestServer()
    const reply = await fetch(`${server.url}/readyz`)
    assert.deepEqual([reply.status, await reply.json()], [200, { status: 'ready' }])
  })

  it('answers HEAD as GET, without the body, and /healthz too', async () => {
    await using server = await startTestServer()
    for (const path of ['/readyz', '/healthz']) {
      const reply = await fetch(`${server.url}${path}`, { method: 'HEAD' })
      assert.deepEqual([reply.status, await reply.text()], [200, ''])
    }
  })

  it('answers 503 as soon as the server begins to stop, and closes connections after the replies', async () => {
    const server = await startTestServer({ drain: 5 })
    const { datasetArn } = await createUsersDataset(server)
    using connection = await connectRaw(server.url)
    using idle = await connectRaw(server.url)
    assert.equal((await connection.exchange(get('/readyz')))?.headers.connection, 'keep-alive')
    const stopped = server[Symbol.asyncDispose]()
    await eventually('the server to be unready', async () => !(await fetch(`${server.url}/readyz`)).ok)
    assert.deepEqual(await (await fetch(`${server.url}/readyz`)).json(), { status: 'not ready', reason: 'stopping' })
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    const body = JSON.stringify({ datasetArn, users: [{ userId: 'late' }] })
    const reply = await connection.exchange(signedRequest(server.url, { path: '/users', body }))
    assert.deepEqual([reply?.status, reply?.headers.connection], [200, 'close'])
    await Promise.all([connection.closed, idle.closed, stopped])
    await assert.rejects(connectRaw(server.url), { code: 'ECONNREFUSED' })
  })

  it('says that the store does not answer, or fails', async () => {
    const waiting = Promise.withResolvers<undefined>()
    let asked = 0
    const get = () => {
      asked++
      return waiting.promise
    }
    const readiness = openReadiness(() => ({ resources: { get }, trouble: () => undefined }) as never, 10)
    const [first, second] = [readiness.why(), readiness.why()]
    assert.deepEqual(await Promise.all([first, second]), ['the store does not answer', 'the store does not answer'])
    assert.equal(asked, 1)
    const third = readiness.why()
    waiting.reject(new Error('no'))
    assert.equal(await third, 'the store cannot be read')
  })
})

describe('GET /metrics', () => {
  it('counts requests by operation and outcome, records, and batches of the store', async () => {
    await using server = await startTestServer()
    const { datasetArn, datasetGroupArn } = await createUsersDataset(server)
    await createDataset(server, 'Interactions')
    const users = [{ userId: 'private-1', properties: '{"age": 31}' }, { userId: 'private-2' }]
    await server.events.send(new PutUsersCommand({ datasetArn, users }))
    const bad = new PutUsersCommand({ datasetArn, users: [{ userId: 'private-3', properties: '{"age": "old"}' }] })
    await assert.rejects(server.events.send(bad))
    const trackingId = await createTracker(server, datasetGroupArn)
    const eventList = [{ itemId: 'private-item', eventType: 'watch', sentAt: new Date() }]
    await server.events.send(new PutEventsCommand({ trackingId, userId: 'private-1', sessionId: 's', eventList }))
    await fetch(`${server.url}/nowhere`)

    const reply = await fetch(`${server.url}/metrics`)
    assert.equal(reply.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    const text = await reply.text()
    for (const [series, value] of [
      ['personalite_requests_total{operation="PutUsers",outcome="ok"}', '1'],
      ['personalite_requests_total{operation="PutUsers",outcome="InvalidInputException"}', '1'],
      ['personalite_requests_total{operation="none",outcome="UnknownOperationException"}', '1'],
      ['personalite_request_seconds_count{operation="PutUsers"}', '2'],
      ['personalite_request_seconds_bucket{operation="PutUsers",le="+Inf"}', '2'],
      ['personalite_records_put_total{kind="users"}', '2'],
      ['personalite_records_put_total{kind="events"}', '1'],
      ['personalite_requests_in_flight', '0'],
      ['personalite_ready', '1'],
      ['personalite_models', '0'],
      ['personalite_answers_total', '0'],
      ['personalite_lists_remembered_total', '0'],
    ] as const) {
      assert.equal(seriesOf(text, series), value, `${series}\n${text}`)
    }
    assert.ok(Number(seriesOf(text, 'personalite_store_batch_writes_count')) >= 2)
    assert.ok(Number(seriesOf(text, 'process_resident_memory_bytes')) > 1e6)
    assert.doesNotMatch(text, /private|arn:/)
  })

  it('is text that Prometheus reads: each name has one help line, and each series appears once', async () => {
    await using server = await startTestServer()
    await createUsersDataset(server)
    const lines = (await (await fetch(`${server.url}/metrics`)).text()).trimEnd().split('\n')
    const series = lines.filter(line => !line.startsWith('#'))
    for (const line of series) assert.match(line, /^[a-z_0-9]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?\d[\d.e+-]*$/)
    const names = lines.filter(line => line.startsWith('# TYPE')).map(line => line.split(' ')[2])
    assert.equal(new Set(names).size, names.length)
    assert.equal(new Set(series.map(line => line.slice(0, line.lastIndexOf(' ')))).size, series.length)
  })

  it('accepts only requests to this machine, or those with the token if there is one', async () => {
    await using open = await startTestServer()
    using local = await connectRaw(open.url)
    assert.equal((await local.exchange(get('/metrics', '127.0.0.1:7377')))?.status, 200)
    assert.equal((await local.exchange(get('/metrics', 'shop.example')))?.status, 403)
    await using closed = await startTestServer({ metricsToken: 'open sesame' })
    using asking = await connectRaw(closed.url)
    assert.equal((await asking.exchange(get('/metrics')))?.status, 401)
    assert.equal((await asking.exchange(get('/metrics', 'a', 'authorization: Bearer open\r\n')))?.status, 401)
    assert.equal((await asking.exchange(get('/metrics', 'a', 'authorization: Bearer open sesame\r\n')))?.status, 200)
  })

  it('refuses all requests without a token on an address that other machines reach', async () => {
    const credentials = [{ accessKeyId: 'shop', secretAccessKey: 'secret' }]
    await using server = await startTestServer({ host: '0.0.0.0', credentials })
    assert.match(server.url, /^http:\/\/localhost:\d+$/)
    const reply = await fetch(`${server.url}/metrics`)
    assert.equal(reply.status, 403)
    assert.match(((await reply.json()) as { message: string }).message, /PERSONALITE_METRICS_TOKEN/)
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
  })
})
