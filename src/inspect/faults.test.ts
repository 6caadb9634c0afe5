import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { ListSchemasCommand, PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { eventually } from '#test/eventually.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

describe('ordered faults', () => {
  let server: TestServer
  let datasetArn: string
  let patient: { readonly personalize: PersonalizeClient; readonly events: PersonalizeEventsClient }
  before(async () => {
    server = await startTestServer({ faults: 'on' })
    datasetArn = (await createUsersDataset(server)).datasetArn
    // These retry, as clients do by default; the test server's own do not.
    const options = { endpoint: server.url, region: 'us-east-1', credentials: LOCAL_KEY, maxAttempts: 3 }
    patient = { personalize: new PersonalizeClient(options), events: new PersonalizeEventsClient(options) }
  })
  after(async () => {
    for (const client of Object.values(patient)) client.destroy()
    await server[Symbol.asyncDispose]()
  })
  afterEach(() => send('DELETE'))

  const send = (method: string, body?: object) =>
    openInspection(server.url, LOCAL_KEY)<{ faults: readonly object[] }>(method, '/inspect/faults', { body })
  const order = (...faults: readonly object[]) => send('PUT', { faults })
  const put = (userId: string, client = server.events) =>
    client.send(new PutUsersCommand({ datasetArn, users: [{ userId, properties: '{"age":31}' }] }))
  const list = (client = server.personalize) => client.send(new ListSchemasCommand({}))
  const count = async () => {
    const query = { datasetArn }
    const answer = openInspection(server.url, LOCAL_KEY)<{ count: { PUT: number } }>('GET', '/inspect/count', { query })
    return (await answer).count.PUT
  }

  for (const [error, status] of [
    ['ThrottlingException', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
  ] as const) {
    it(`are a ${error} of ${status}, which SDKs retry`, async () => {
      for (const operation of ['PutUsers', 'ListSchemas']) {
        const call = operation === 'PutUsers' ? put : list
        const before = await count()
        await order({ operation, error, count: 2 })
        await assert.rejects(call === put ? put('ann') : list(), (thrown: Error & Thrown) => {
          assert.deepEqual([thrown.name, thrown.$metadata.httpStatusCode], [error, status])
          assert.equal(thrown.$response.headers['x-personalite-fault'], 'true')
          assert.equal(thrown.$response.headers['retry-after'], undefined)
          return true
        })
        assert.equal(await count(), before)
        const answer = call === put ? await put(error, patient.events) : await list(patient.personalize)
        assert.equal(answer.$metadata.attempts, 2)
        assert.deepEqual(await send('GET'), {
          faults: [{ operation, error, latencyMs: 0, rate: 1, count: 2, met: 2 }],
        })
      }
    })
  }

  it('come at a rate, evenly spread, of all operations', async () => {
    await order({ error: 'InternalFailure', rate: 0.25 })
    const outcomes: string[] = []
    for (let n = 0; n < 8; n++)
      outcomes.push(
        await (n % 2 ? list() : put('bob')).then(
          () => 'ok',
          error => error.name,
        ),
      )
    const four = ['ok', 'ok', 'ok', 'InternalFailure']
    assert.deepEqual(outcomes, [...four, ...four])
  })

  it('delay an answer', async () => {
    await order({ operation: 'ListSchemas', latencyMs: 3000, count: 1 })
    const answered: string[] = []
    const late = list().then(() => answered.push('the first'))
    await eventually('the fault to be met', async () => JSON.stringify(await send('GET')).includes('"met":1'))
    await list()
    answered.push('the second')
    await late
    assert.deepEqual(answered, ['the second', 'the first'])
  })

  for (const [fault, message] of [
    [{}, /^Error: faults\.2 must have an error, a latencyMs above 0, or both$/],
    [{ error: 'Throttled' }, /^Error: faults\.2\.error must be ThrottlingException or InternalFailure or Service/],
    [
      { operation: 'GetEverything', latencyMs: 1 },
      /^Error: faults\.2\.operation must be the name of an operation, such/,
    ],
    [{ latencyMs: 1.5 }, /^Error: faults\.2\.latencyMs must be a whole number from 0 to 600000, got 1\.5$/],
    [{ latencyMs: 1, rate: 2 }, /^Error: faults\.2\.rate must be a number from 0 to 1, got 2$/],
    [{ latencyMs: 1, count: 0 }, /^Error: faults\.2\.count must be a whole number from 1 to 1000000000, got 0$/],
    [{ latency: 1 }, /^Error: faults\.2\.latency is not a member; there are operation, error, latencyMs, rate, count$/],
    ['slow', /^Error: faults\.2 must be a JSON object with operation, error/],
  ] as const) {
    it(`refuse ${JSON.stringify(fault)}, and change nothing`, async () => {
      await order({ operation: 'PutEvents', error: 'InternalFailure' })
      const before = await send('GET')
      await assert.rejects(order({ latencyMs: 1 }, fault as object), message)
      assert.deepEqual(await send('GET'), before)
    })
  }

  it('are off without --faults', async () => {
    await using other = await startTestServer()
    const body = { faults: [{ error: 'InternalFailure' }] }
    const inspect = openInspection(other.url, LOCAL_KEY)
    await assert.rejects(
      inspect('PUT', '/inspect/faults', { body }),
      /^Error: Faults are off: start the server with --f/,
    )
    await list(other.personalize)
  })
})

interface Thrown {
  readonly $metadata: { readonly httpStatusCode: number }
  readonly $response: { readonly headers: Readonly<Record<string, string>> }
}
