import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DescribeDatasetCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { fc } from '#test/properties.ts'
import { chunked, connectRaw, type RawReply, type RawRequest, signedRequest } from '#test/raw-http.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { operationModel } from '../../src/contract/registry.ts'
import type { OperationName } from '../../src/contract/shapes.ts'
import { operations } from '../../src/operations/index.ts'
import { assertConforms } from '../operations/conforms.ts'
import { type Fixture, openFixture } from '../operations/fixture.ts'
import { inputs } from '../operations/inputs.ts'
import {
  change,
  FIELDS,
  headerValue,
  junk,
  junkBytes,
  mutate,
  ODD_HEADERS,
  RAW_PIECES,
  SCHEMA,
  token,
} from './arbitraries.ts'
import { type Json, type Known, sampleInput } from './samples.ts'

const RUNS = Number(process.env.PERSONALITE_FUZZ_RUNS ?? 5000)
const SEED = Number(process.env.PERSONALITE_FUZZ_SEED ?? 20261123)
/** Far longer than any answer takes, so that only a hang reaches it. */
const HANG_MS = 20_000

/** The dataset group that receives all Put calls. Other calls use other groups. */
const GROUP = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
const DATASETS = ['Users', 'Items', 'Actions', 'Interactions', 'Action_Interactions'] as const
const names = operations.map(({ name }) => name)
const puts: readonly OperationName[] = ['PutUsers', 'PutItems', 'PutActions', 'PutEvents', 'PutActionInteractions']

describe('the HTTP surface', () => {
  let server: TestServer
  let fixture: Fixture
  let known: Known
  let created = 0
  let trackingIds: Readonly<Record<string, string>>
  /** The inputs that succeeded. */
  const samples = new Map<OperationName, Json>()
  const datasetArns = new Map<string, string>()
  /** The rows that the datasets must hold: the ids of users, items and actions, and the number of interactions. */
  const ids: Record<string, Set<string>> = { USERS: new Set(), ITEMS: new Set(), ACTIONS: new Set() }
  const sent: Record<string, number> = { INTERACTIONS: 0, ACTION_INTERACTIONS: 0 }

  before(async () => {
    server = await startTestServer({ minimums: 'off' })
    fixture = await openFixture(server)
    for (const type of DATASETS) {
      datasetArns.set(type.toUpperCase(), (await createDataset(server, type)).datasetArn)
    }
    const trackingId = await createTracker(server, GROUP)
    const datasetArn = datasetArns.get('ACTION_INTERACTIONS')!
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    trackingIds = { PutEvents: trackingId!, PutActionInteractions: dataset!.trackingId! }
    known = { eventType: 'Viewed', impression: ['a'] }
  })
  after(() => server[Symbol.asyncDispose]())

  /** An input of the sample's kind. A resource to create has a free name. A resource to delete no longer exists. */
  function inputOf(name: OperationName): Json {
    if (puts.includes(name)) return putInput(name)
    const sample = samples.get(name) as { [key: string]: Json }
    const fresh = ['name', 'jobName'].filter(key => key in sample).map(key => [key, `fuzz-${created++}`])
    return { ...sample, ...Object.fromEntries(fresh) }
  }

  function putInput(name: OperationName): Json {
    const type = name.slice(3).toUpperCase()
    const properties = name.endsWith('s') && ids[type] ? '{}' : '{"device":"phone"}'
    const datasetArn = datasetArns.get(type) ?? ''
    const sentAt = 1_500_000_000
    return sampleInput(name, {
      ...known,
      properties,
      datasetArn,
      trackingId: trackingIds[name] ?? '',
      sentAt,
      timestamp: sentAt,
    })
  }

  function requestOf(name: OperationName, body: string | Buffer): RawRequest {
    const { path, targetPrefix, service } = operationModel(name)
    const headers = { 'content-type': service === 'control' ? 'application/x-amz-json-1.1' : 'application/json' }
    return { path, body, headers: targetPrefix ? { ...headers, 'x-amz-target': `${targetPrefix}.${name}` } : headers }
  }

  /** Sends the bytes on a connection of its own and returns `count` replies, fewer if it is closed before. */
  async function send(bytes: Buffer, count: number, end = false): Promise<readonly RawReply[]> {
    using connection = await connectRaw(server.url)
    connection.socket.write(bytes)
    if (end) connection.socket.end()
    const replies: RawReply[] = []
    const receive = async () => {
      while (replies.length < count) {
        const reply = await connection.reply()
        if (!reply) return
        check(reply)
        replies.push(reply)
      }
    }
    const timer = new AbortController()
    const hang = setTimeout(HANG_MS, undefined, { signal: timer.signal }).then(
      () => assert.fail('no answer, and the connection is still open'),
      () => {},
    )
    await Promise.race([receive(), hang])
    timer.abort()
    return replies
  }

  function check({ status, headers, body }: RawReply): void {
    assert.ok(status >= 100 && status < 500, `status ${status}: ${body.slice(0, 300)}`)
    if (status === 100) return
    assert.match(headers['x-amzn-requestid'] ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    if (status < 400) return
    assert.match(headers['x-amzn-errortype'] ?? '', /^[A-Z][A-Za-z]+Exception$/)
    const { __type, message } = JSON.parse(body)
    assert.equal(typeof message, 'string')
    assert.ok(__type === undefined || __type === headers['x-amzn-errortype'])
    assert.ok(message.isWellFormed() && message.length < 10_000, `a message of ${message.length} characters`)
  }

  /** Notes the rows that a Put call must have stored if it was answered with 200. */
  function accepted(name: OperationName, text: string): void {
    const { users, items, actions, eventList, actionInteractions } = JSON.parse(text)
    for (const { userId } of users ?? []) if (name === 'PutUsers') ids.USERS!.add(userId)
    for (const { itemId } of items ?? []) if (name === 'PutItems') ids.ITEMS!.add(itemId)
    for (const { actionId } of actions ?? []) if (name === 'PutActions') ids.ACTIONS!.add(actionId)
    if (name === 'PutEvents') sent.INTERACTIONS! += eventList.length
    if (name === 'PutActionInteractions') sent.ACTION_INTERACTIONS! += actionInteractions.length
  }

  async function checkStored(): Promise<void> {
    const path = `/inspect/datasets?datasetGroupArn=${encodeURIComponent(GROUP)}`
    const request = signedRequest(server.url, { method: 'GET', path })
    const [reply] = await send(request, 1)
    const { datasets } = JSON.parse(reply!.body)
    const stored = datasets.map((dataset: { datasetType: string; count: { PUT: number }; duplicates?: number }) => {
      return [dataset.datasetType, dataset.count.PUT + (dataset.duplicates ?? 0)]
    })
    const expected = { ...Object.fromEntries(Object.entries(ids).map(([type, { size }]) => [type, size])), ...sent }
    assert.deepEqual(Object.fromEntries(stored), expected)
  }

  async function checkAlive(): Promise<void> {
    const userId = `alive-${ids.USERS!.size}`
    await server.events.send(new PutUsersCommand({ datasetArn: datasetArns.get('USERS')!, users: [{ userId }] }))
    ids.USERS!.add(userId)
    await checkStored()
  }

  async function fuzz<Case>(share: number, cases: fc.Arbitrary<Case>, run: (example: Case) => Promise<void>) {
    const property = fc.asyncProperty(cases, async example => {
      await run(example)
      await checkStored()
    })
    await fc.assert(property, { seed: SEED, numRuns: Math.ceil(RUNS * share), interruptAfterTimeLimit: 10 * 60_000 })
    await checkAlive()
  }

  const put = async (name: OperationName, text: string, request: RawRequest) => {
    const [reply] = await send(signedRequest(server.url, request), 1)
    assert.ok(reply)
    assertConforms(name, { ...reply, code: reply.headers['x-amzn-errortype'] })
    if (reply.status === 200) accepted(name, text)
    return reply
  }

  it('accepts the sample of every operation, from which the fuzzing starts', async () => {
    for (const name of names) {
      const input = puts.includes(name) ? putInput(name) : ((await inputs[name](fixture)) as Json)
      samples.set(name, input)
      const text = JSON.stringify(input)
      const { status, body } = await put(name, text, requestOf(name, text))
      assert.equal(status, 200, `${name}: ${body}`)
    }
    await checkStored()
  })

  it('refuses every fault in the input of any operation', async () => {
    const name = fc.oneof(fc.constantFrom(...names), fc.constantFrom(...puts))
    await fuzz(0.35, fc.tuple(name, fc.array(change, { minLength: 1, maxLength: 3 })), async ([name, changes]) => {
      const text = mutate(inputOf(name), changes)
      await put(name, text, requestOf(name, text))
    })
  })

  it('refuses every fault inside properties and schemas', async () => {
    const members = fc.array(fc.tuple(fc.constantFrom(...FIELDS), junk), { maxLength: 4 })
    await fuzz(0.15, fc.tuple(fc.constantFrom(...puts), members), async ([name, members]) => {
      const properties = `{${members.map(([field, junk]) => `${JSON.stringify(field)}:${junk}`).join()}}`
      const input = JSON.stringify(inputOf(name))
      const text = input.replace(/"properties":"(?:[^"\\]|\\.)*"/, () => `"properties":${JSON.stringify(properties)}`)
      await put(name, text, requestOf(name, text))
    })
    await fuzz(0.05, fc.array(change, { minLength: 1, maxLength: 2 }), async changes => {
      const text = JSON.stringify({ name: `s${created++}`, schema: mutate(SCHEMA, changes) })
      await put('CreateSchema', text, requestOf('CreateSchema', text))
    })
  })

  it('refuses bodies that are not JSON, or say something twice', async () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 20 }),
      insert: fc.oneof(fc.uint8Array({ maxLength: 8 }), junkBytes),
    })
    await fuzz(
      0.15,
      fc.tuple(fc.constantFrom(...puts), fc.array(edit, { minLength: 1, maxLength: 2 })),
      async ([name, edits]) => {
        let body = Buffer.from(JSON.stringify(inputOf(name)))
        for (const { at, cut, insert } of edits) {
          const from = at % (body.length + 1)
          body = Buffer.concat([body.subarray(0, from), insert, body.subarray(from + cut)])
        }
        await put(name, body.toString(), requestOf(name, body))
      },
    )
  })

  it('reads a body in any transfer, and refuses one that was signed differently', async () => {
    const how = fc.record({
      name: fc.constantFrom(...puts),
      headers: fc.dictionary(fc.constantFrom(...ODD_HEADERS), headerValue, { maxKeys: 3 }),
      chunk: fc.option(fc.integer({ min: 1, max: 300 })),
      length: fc.constantFrom(0, 0, 0, -1, 1, 100, -1000),
    })
    await fuzz(0.1, how, async ({ name, headers, chunk, length }) => {
      const text = JSON.stringify(inputOf(name))
      const framing: Record<string, string> = chunk
        ? { 'transfer-encoding': 'chunked' }
        : { 'content-length': String(Math.max(0, Buffer.byteLength(text) + length)) }
      const write = (body: Buffer) => (chunk ? chunked(body, chunk) : body)
      const request = { ...requestOf(name, text), unsigned: { ...headers, ...framing }, write }
      const [reply] = await send(signedRequest(server.url, request), 1, !chunk && length > 0)
      if (reply?.status === 200) accepted(name, text)
    })
  })

  it('refuses signatures that are broken or missing', async () => {
    const damage = fc.record({
      name: fc.constantFrom(...names),
      at: fc.nat(),
      with: fc.uint8Array({ maxLength: 4 }),
      cut: fc.nat(200),
    })
    await fuzz(0.05, damage, async ({ name, at, with: bytes, cut }) => {
      const request = signedRequest(server.url, requestOf(name, JSON.stringify(inputOf(name))))
      const start = request.indexOf('authorization: ')
      const end = request.indexOf('\r\n', start)
      const from = start + (at % (end - start))
      const damaged = Buffer.concat([request.subarray(0, from), bytes, request.subarray(Math.min(from + cut + 1, end))])
      if (damaged.equals(request)) return
      for (const { status } of await send(damaged, 1)) assert.ok(status >= 400, damaged.toString())
    })
  })

  it('refuses odd methods, paths, targets, queries and headers', async () => {
    const heads = fc.record({
      method: fc.oneof(
        fc.constantFrom('GET', 'PUT', 'OPTIONS', 'POST', 'CONNECT', 'TRACE', 'PRI', 'post', 'M-SEARCH'),
        token,
      ),
      path: fc.oneof(
        fc.constantFrom(
          '/users/',
          '//users',
          '/users?',
          '/users?%',
          '/users#a',
          '*',
          '/../users',
          '/%75sers',
          '/inspect/count?datasetArn=',
        ),
        fc.constantFrom(
          'http://a/users',
          '/__proto__',
          '/inspect/records?id=%00&limit=-1',
          `/${'a'.repeat(30_000)}`,
          '/inspect/latest?limit=1e9',
        ),
        headerValue.map(text => `/inspect/${text}`),
        headerValue.map(text => `/${text}`),
      ),
      headers: fc.dictionary(fc.oneof(fc.constantFrom(...ODD_HEADERS), token), headerValue, { maxKeys: 4 }),
      length: fc.constantFrom(0, 0, 0, 30_000, 70_000),
    })
    await fuzz(0.1, heads, async ({ method, path, headers, length }) => {
      const long: Record<string, string> = length ? { 'x-long': 'a'.repeat(length) } : {}
      const request = {
        method,
        path,
        headers: { ...headers, 'x-amz-target': 'AmazonPersonalize.Nothing' },
        unsigned: long,
      }
      assert.equal((await send(signedRequest(server.url, request), 1)).length, 1)
    })
  })

  it('survives bytes that are not HTTP', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
      fc.constantFrom(...RAW_PIECES.map(text => Buffer.from(text, 'latin1'))),
    )
    await fuzz(0.08, fc.array(piece, { minLength: 1, maxLength: 6 }), async pieces => {
      for (const { status } of await send(Buffer.concat(pieces), 100, true)) assert.ok(status === 100 || status >= 400)
    })
  })

  it('answers pipelined requests in their order', async () => {
    const pipeline = fc.array(fc.tuple(fc.constantFrom(...puts), fc.option(change)), { minLength: 2, maxLength: 6 })
    await fuzz(0.02, pipeline, async calls => {
      const texts = calls.map(([name, change]) => mutate(inputOf(name), change ? [change] : []))
      const requests = calls.map(([name], i) => signedRequest(server.url, requestOf(name, texts[i]!)))
      const replies = await send(Buffer.concat(requests), requests.length)
      assert.equal(replies.length, requests.length)
      for (const [i, { status }] of replies.entries()) if (status === 200) accepted(calls[i]![0], texts[i]!)
    })
  })
})
