import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateEventTrackerCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../config/config.ts'
import { sign } from '../wire/aws/sigv4.ts'

describe('the inspection API', () => {
  let server: TestServer
  let users: Awaited<ReturnType<typeof createDataset>>
  let interactions: typeof users

  before(async () => {
    server = await startTestServer()
    users = await createUsersDataset(server)
    interactions = await createDataset(server, 'Interactions')
    await putUser('ann', '{"age":31,"membershipType":"gold","loyaltyNumber":9007199254740993}')
    await putUser('bob', '{"age":40}')
    await putUser('ann', '{"age":32,"loyaltyNumber":9223372036854775807}')
    await putEvents()
  })
  after(() => server[Symbol.asyncDispose]())

  const putUser = (userId: string, properties: string) =>
    server.events.send(new PutUsersCommand({ datasetArn: users.datasetArn, users: [{ userId, properties }] }))

  async function putEvents() {
    const tracker = { name: 'web', datasetGroupArn: users.datasetGroupArn }
    const { trackingId } = await server.personalize.send(new CreateEventTrackerCommand(tracker))
    const event = (itemId: string, second: number) => ({
      eventType: 'watch',
      itemId,
      sentAt: new Date(second * 1000),
      properties: '{"device":"phone"}',
    })
    const eventList = [event('i1', 10), event('i2', 20), event('i1', 10)]
    await server.events.send(new PutEventsCommand({ trackingId, userId: 'ann', sessionId: 's1', eventList }))
    await server.events.send(new PutEventsCommand({ trackingId, sessionId: 's2', eventList: [event('i3', 5)] }))
  }

  async function get(path: string, query: Record<string, string> = {}) {
    const url = new URL(path, server.url)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const request = {
      method: 'GET',
      url: url.pathname + url.search,
      headers: { host: url.host },
      body: Buffer.alloc(0),
    }
    const { host: _, ...headers } = sign(request, LOCAL_KEY, { region: 'us-east-1', now: new Date() })
    return replyTo(await fetch(url, { headers }))
  }

  async function replyTo(response: Response) {
    const text = await response.text()
    const error = response.headers.get('x-amzn-errortype')
    return { status: response.status, error, text, body: JSON.parse(text) }
  }

  it('answers /healthz without a signature', async () => {
    const { status, body } = await replyTo(await fetch(`${server.url}/healthz`))
    assert.deepEqual({ status, body }, { status: 200, body: { status: 'ok' } })
  })

  it('refuses everything else without a signature', async () => {
    const { status, error } = await replyTo(await fetch(`${server.url}/inspect/dataset-groups`))
    assert.deepEqual({ status, error }, { status: 403, error: 'MissingAuthenticationTokenException' })
  })

  it('shows the latest version of a user, with every digit of a long', async () => {
    const { text } = await get('/inspect/records', { datasetArn: users.datasetArn, id: 'ann' })
    assert.match(
      text,
      /^\{"userId":"ann","properties":\{"age":32,"loyaltyNumber":9223372036854775807\},"ingestion":"PUT","seq":\d+\}$/,
    )
  })

  it('finds an id with any characters', async () => {
    const id = 'jo é+&=%/?🙂'
    await putUser(id, '{}')
    assert.equal((await get('/inspect/records', { datasetArn: users.datasetArn, id })).body.userId, id)
  })

  it('refuses an unknown user, dataset or dataset group', async () => {
    const arn = `${users.datasetArn}X`
    for (const [path, query, message] of [
      ['/inspect/records', { datasetArn: users.datasetArn, id: 'eve' }, /no record whose userId is "eve"/],
      ['/inspect/count', { datasetArn: arn }, /USERSX/],
      ['/inspect/latest', { datasetArn: arn }, /USERSX/],
      ['/inspect/datasets', { datasetGroupArn: arn }, /USERSX/],
      ['/inspect/jobs', { datasetGroupArn: arn }, /USERSX/],
    ] as const) {
      const { status, error, body } = await get(path, query)
      assert.deepEqual({ status, error }, { status: 404, error: 'ResourceNotFoundException' })
      assert.match(body.message, message)
    }
  })

  it('names the wrong parameter', async () => {
    const [datasetArn, userId] = [users.datasetArn, 'ann']
    for (const [path, query, message] of [
      ['/inspect/records', { datasetArn }, /^id must be given/],
      ['/inspect/count', {}, /^datasetArn must be given/],
      ['/inspect/records', { datasetArn: interactions.datasetArn, id: 'i1' }, /^datasetArn must be of users, items/],
      ['/inspect/history', { datasetArn, userId }, /^datasetArn must be of interactions/],
      ['/inspect/latest', { datasetArn, limit: '0' }, /^limit must be a whole number from 1 to 1000, got 0$/],
      ['/inspect/latest', { datasetArn, limit: 'all' }, /^limit must be/],
    ] as const) {
      const { status, error, body } = await get(path, query)
      assert.deepEqual({ status, error }, { status: 400, error: 'InvalidInputException' })
      assert.match(body.message, message)
    }
  })

  it('lists the users put last, each once, the newest first', async () => {
    await putUser('cat', '{"age":1}')
    await putUser('bob', '{"age":41}')
    const { records } = (await get('/inspect/latest', { datasetArn: users.datasetArn, limit: '2' })).body
    const seen = records.map(({ userId, properties }: Record<string, unknown>) => ({ userId, properties }))
    assert.deepEqual(seen, [
      { userId: 'bob', properties: { age: 41 } },
      { userId: 'cat', properties: { age: 1 } },
    ])
  })

  it('lists the interactions put last, the newest first', async () => {
    const { body } = await get('/inspect/latest', { datasetArn: interactions.datasetArn })
    const seen = body.interactions.map(({ itemId, anonymous }: Record<string, unknown>) => ({ itemId, anonymous }))
    assert.deepEqual(seen, [
      { itemId: 'i3', anonymous: true },
      { itemId: 'i2', anonymous: false },
      { itemId: 'i1', anonymous: false },
    ])
  })

  it('shows a history in the order of time, the newest first', async () => {
    const { body } = await get('/inspect/history', { datasetArn: interactions.datasetArn, userId: 'ann' })
    const common = { userId: 'ann', sessionId: 's1', eventType: 'watch', properties: { device: 'phone' } }
    const known = { ...common, anonymous: false, repeated: false, ingestion: 'PUT' }
    assert.deepEqual(
      body.interactions.map(({ seq: _, ...shown }: Record<string, unknown>) => shown),
      [
        { ...known, itemId: 'i2', timestamp: '1970-01-01T00:00:20.000Z' },
        { ...known, itemId: 'i1', timestamp: '1970-01-01T00:00:10.000Z' },
      ],
    )
  })

  it('counts the rows of a dataset, and the interactions left out as duplicates', async () => {
    const { body } = await get('/inspect/count', { datasetArn: interactions.datasetArn })
    const { datasetGroupArn, datasetArn } = interactions
    const named = { name: 'shop-interactions', datasetArn, datasetGroupArn, datasetType: 'INTERACTIONS' }
    assert.deepEqual(body, {
      ...named,
      status: 'ACTIVE',
      count: { PUT: 3, BULK: 0, ALL: 3 },
      duplicates: 1,
      repeated: 0,
      unknownProperties: [],
    })
  })

  it('lists the datasets of a group, or of all', async () => {
    const items = await createDataset(server, 'Items', { group: 'library' })
    const datasets = async (query = {}) =>
      (await get('/inspect/datasets', query)).body.datasets.map(({ datasetArn }: { datasetArn: string }) => datasetArn)
    assert.deepEqual(await datasets(), [users.datasetArn, interactions.datasetArn, items.datasetArn])
    assert.deepEqual(await datasets({ datasetGroupArn: items.datasetGroupArn }), [items.datasetArn])

    const { datasetGroups } = (await get('/inspect/dataset-groups')).body
    const { datasetArn, datasetGroupArn } = items
    const group = { name: 'library', datasetGroupArn, status: 'ACTIVE' }
    assert.deepEqual(datasetGroups[1], { ...group, datasets: [{ datasetArn, datasetType: 'ITEMS' }] })
  })

  it('leaves unknown paths to the API', async () => {
    assert.equal((await get('/inspect/secrets')).error, 'UnknownOperationException')
  })
})
