import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeDatasetCommand } from '@aws-sdk/client-personalize'
import { type ActionInteraction, PutActionInteractionsCommand } from '@aws-sdk/client-personalize-events'
import { countOf, historyOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

type Sent = Partial<ActionInteraction>

describe('PutActionInteractions', () => {
  let server: TestServer
  let datasetArn: string
  let trackingId: string

  before(async () => {
    server = await startTestServer()
    datasetArn = (await createDataset(server, 'Action_Interactions')).datasetArn
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    trackingId = dataset!.trackingId!
  })
  after(() => server[Symbol.asyncDispose]())

  function put(interactions: readonly Sent[], to = trackingId) {
    const common = { actionId: 'join', sessionId: 's1', timestamp: new Date(10_000), eventType: 'Taken' }
    const actionInteractions = interactions.map(interaction => ({ ...common, ...interaction }))
    return server.events.send(new PutActionInteractionsCommand({ trackingId: to, actionInteractions }))
  }

  it('records interactions under the trackingId that DescribeDataset shows', async () => {
    const [impression, properties] = [['join', 'share'], '{"device":"phone"}']
    await put([{ userId: 'ann', eventId: 'e1', recommendationId: 'RID-1', impression, properties }])
    const [{ seq, ...recorded }] = (await historyOf(server, datasetArn, 'ann')) as [{ seq: number }]
    assert.deepEqual(recorded, {
      userId: 'ann',
      sessionId: 's1',
      actionId: 'join',
      timestamp: '1970-01-01T00:00:10.000Z',
      eventType: 'Taken',
      eventId: 'e1',
      properties: { device: 'phone', impression: 'join|share', recommendationId: 'RID-1' },
      anonymous: false,
      repeated: false,
      ingestion: 'PUT',
    })
  })

  it('takes Viewed, Taken and Not Taken as the guide spells them, and no other event type', async () => {
    const eventTypes = ['Viewed', 'Taken', 'Not Taken', 'Not taken', 'NOT_TAKEN']
    await put(eventTypes.map((eventType, i) => ({ userId: 'bob', timestamp: new Date(i), eventType })))
    const recorded = (await historyOf(server, datasetArn, 'bob')).map(({ eventType }) => eventType)
    assert.deepEqual(recorded, eventTypes.toReversed())
    await assertRefused(
      put([{}, { eventType: 'Clicked' }]),
      INVALID,
      /^actionInteractions\.2\.member\.eventType must be Viewed, Taken or Not Taken, got "Clicked"/,
    )
  })

  it('keeps anonymous interactions under their session, until one names the user', async () => {
    await put([{ sessionId: 's2', actionId: 'share' }])
    assert.equal((await historyOf(server, datasetArn, 's2'))[0]!.anonymous, true)
    await put([{ sessionId: 's2', userId: 'cat' }])
    assert.equal((await historyOf(server, datasetArn, 'cat')).length, 2)
  })

  it('names the interaction and the member that it refuses, and records none of the call', async () => {
    const { rows } = await countOf(server, datasetArn)
    for (const [interaction, message] of [
      [{ actionId: undefined }, /'actionInteractions\.2\.member\.actionId' failed/],
      [{ sessionId: '' }, /'actionInteractions\.2\.member\.sessionId' failed/],
      [{ timestamp: new Date(1714979289_000_000) }, /^actionInteractions\.2\.member\.timestamp must be in seconds/],
      [{ properties: '{"timestamp":1}' }, /^actionInteractions\.2\.member\.properties: timestamp is not allowed/],
      [{ properties: '"{}"' }, /Error parsing properties json/],
    ] as [Sent, RegExp][]) {
      await assertRefused(put([{}, interaction]), INVALID, message)
    }
    await assertRefused(put(new Array(11).fill({})), INVALID, /'actionInteractions'.*actionInteractions\.11 is/)
    assert.equal((await countOf(server, datasetArn)).rows, rows)
  })

  it('refuses an unknown trackingId, and says where to find the right one', async () => {
    const notFound = ['ResourceNotFoundException', 404] as const
    await assertRefused(put([{}], 'no-such-id'), notFound, /trackingId "no-such-id"; DescribeDataset shows/)
  })
})
