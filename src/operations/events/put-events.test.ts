import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateEventTrackerCommand, DeleteEventTrackerCommand } from '@aws-sdk/client-personalize'
import { type Event, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { countOf, historyOf, post } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const text = (name: string) => ({ name, type: 'string' })
const optional = (name: string, type: string) => ({ name, type: ['null', type] })
const REQUIRED = [text('USER_ID'), text('ITEM_ID'), { name: 'TIMESTAMP', type: 'long' }]

type Sent = Partial<Event>

describe('PutEvents', () => {
  let server: TestServer
  /**
   * A group whose Interactions have every reserved field, and the nullable NUM_RATINGS (int) and DEVICE (categorical).
   */
  let full: Group
  /** A group whose Interactions have only the required fields. */
  let bare: Group

  interface Group {
    readonly datasetArn: string
    readonly datasetGroupArn: string
    readonly trackingId: string
    readonly eventTrackerArn: string
  }

  before(async () => {
    server = await startTestServer()
    const reserved = [text('EVENT_TYPE'), optional('EVENT_VALUE', 'float'), optional('RECOMMENDATION_ID', 'string')]
    const more = [optional('IMPRESSION', 'string'), optional('EVENT_ATTRIBUTION_SOURCE', 'string')]
    const own = [optional('NUM_RATINGS', 'int'), { ...optional('DEVICE', 'string'), categorical: true }]
    full = await createTracked('full', [...REQUIRED, ...reserved, ...more, ...own])
    bare = await createTracked('bare', REQUIRED)
  })
  after(() => server[Symbol.asyncDispose]())

  async function createTracked(group: string, fields: object[]): Promise<Group> {
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions', { group, fields })
    return { datasetArn, datasetGroupArn, ...(await createTracker(datasetGroupArn)) }
  }

  async function createTracker(datasetGroupArn: string) {
    const created = await server.personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
    return { trackingId: created.trackingId!, eventTrackerArn: created.eventTrackerArn! }
  }

  /** Sends events of a session that is named after the user, or `anonymous`. Each is 10 s after 1970 by default. */
  function put(
    userId: string | undefined,
    events: readonly Sent[],
    { to = full, sessionId = `session of ${userId}` } = {},
  ) {
    const eventList = events.map(event => ({ eventType: 'watch', sentAt: new Date(10_000), ...event }) as Event)
    return server.events.send(new PutEventsCommand({ trackingId: to.trackingId, userId, sessionId, eventList }))
  }

  /** Returns the events of a user, oldest first, without the members that are the same in all. */
  async function history(userId: string, { datasetArn } = full) {
    const shown = await historyOf(server, datasetArn, userId)
    return shown.map(({ seq, ingestion, repeated, userId: _, ...event }) => event).reverse()
  }

  const of = (userId: string) => ({
    sessionId: `session of ${userId}`,
    timestamp: '1970-01-01T00:00:10.000Z',
    eventType: 'watch',
    anonymous: false,
  })

  it('records an event, and answers as the service does: 200 without a body', async () => {
    const eventList = [{ eventId: 'e1', eventType: 'watch', sentAt: 10, itemId: 'i1' }]
    const body = { trackingId: full.trackingId, userId: 'ann', sessionId: 'session of ann', eventList }
    const response = await post(server, '/events', body)
    assert.deepEqual([response.status, await response.text()], [200, ''])
    assert.deepEqual(await history('ann'), [{ ...of('ann'), itemId: 'i1', eventId: 'e1', properties: {} }])
  })

  it('reads item, value and properties beside or inside properties, as the guide sends them', async () => {
    const inside = { itemId: 'choc-panama', eventValue: 4, numRatings: 0 }
    const asStrings = { itemId: 'movie_ten', eventValue: '4', numRatings: '13' }
    await put('bob', [{ properties: JSON.stringify(inside) }, { properties: JSON.stringify(asStrings) }])
    await put('bob', [{ itemId: 'movie_xyz', eventValue: 3, properties: '{"numRatings":12}' }])
    assert.deepEqual(await history('bob'), [
      { ...of('bob'), itemId: 'choc-panama', eventValue: 4, properties: { numRatings: 0 } },
      { ...of('bob'), itemId: 'movie_ten', eventValue: 4, properties: { numRatings: 13 } },
      { ...of('bob'), itemId: 'movie_xyz', eventValue: 3, properties: { numRatings: 12 } },
    ])
  })

  it('takes values that are both beside and inside properties if they are equal', async () => {
    await put('cat', [{ itemId: 'i1', eventValue: 4, properties: '{"itemId":"i1","eventValue":"4.0"}' }])
    assert.deepEqual(await history('cat'), [{ ...of('cat'), itemId: 'i1', eventValue: 4, properties: {} }])
    for (const [properties, name] of [
      ['{"itemId":"i2"}', 'itemId'],
      ['{"eventValue":5}', 'eventValue'],
    ] as const) {
      const sent = put('cat', [{ itemId: 'i1', eventValue: 4, properties }])
      await assertRefused(
        sent,
        INVALID,
        new RegExp(`^eventList\\.1\\.member\\.properties: ${name} must be as it is beside`),
      )
    }
  })

  it('keeps members of the API for which the schema has no field', async () => {
    for (const group of [full, bare]) {
      const members = {
        impression: ['i1', 'i2'],
        recommendationId: 'RID-1',
        metricAttribution: { eventAttributionSource: 'mail' },
      }
      await put('dan', [{ itemId: 'i1', eventValue: 0.5, ...members }], { to: group })
      const properties = { impression: 'i1|i2', recommendationId: 'RID-1', eventAttributionSource: 'mail' }
      const expected = { ...of('dan'), itemId: 'i1', eventValue: 0.5, properties }
      assert.deepEqual(await history('dan', group), [expected])
    }
  })

  it('takes the events that Amplify tracks for a video', async () => {
    await put('zoe', [{ properties: '{"itemId":"593","duration":597,"eventValue":0.2336,"numRatings":2}' }])
    const [event] = await history('zoe')
    assert.deepEqual(event, { ...of('zoe'), itemId: '593', eventValue: 0.2336, properties: { numRatings: 2 } })
  })

  it('keeps anonymous events under their session, until an event names the user', async () => {
    const options = { sessionId: 's1' }
    await put(undefined, [{ itemId: 'i1' }], options)
    const [anonymous] = await history('s1')
    assert.deepEqual(anonymous, { ...of('eve'), sessionId: 's1', itemId: 'i1', anonymous: true, properties: {} })
    await put('eve', [{ itemId: 'i2', sentAt: new Date(20_000) }], options)
    await put(undefined, [{ itemId: 'i3', sentAt: new Date(30_000) }], options)
    assert.deepEqual(await history('s1'), [])
    const seen = (await history('eve')).map(({ itemId }) => itemId)
    assert.deepEqual(seen, ['i1', 'i2', 'i3'])
  })

  it("takes 'null' for a session like any other", async () => {
    await put('fay', [{ itemId: 'i1' }], { sessionId: 'null' })
    assert.equal((await history('fay'))[0]!.sessionId, 'null')
  })

  it('keeps the milliseconds of sentAt', async () => {
    await put('gus', [{ itemId: 'i1', sentAt: new Date('2024-05-06T07:08:09.123Z') }])
    const eventList = [{ eventType: 'watch', itemId: 'i2', sentAt: 1714979289.5 }]
    await post(server, '/events', { trackingId: full.trackingId, userId: 'gus', sessionId: 's', eventList })
    const times = (await history('gus')).map(({ timestamp }) => timestamp)
    assert.deepEqual(times, ['2024-05-06T07:08:09.123Z', '2024-05-06T07:08:09.500Z'])
  })

  it('refuses a sentAt in milliseconds, with the seconds it may mean, and one before 1970', async () => {
    const milliseconds = put('hal', [{ itemId: 'i1' }, { itemId: 'i2', sentAt: new Date(1714979289_000_000) }])
    await assertRefused(milliseconds, INVALID, /^eventList\.2\.member\.sentAt must be in seconds.*such as 1714979289,/)
    const early = put('hal', [{ itemId: 'i1', sentAt: new Date(-1000) }])
    await assertRefused(early, INVALID, /^eventList\.1\.member\.sentAt must not be before 1970, got -1/)
    assert.deepEqual(await history('hal'), [])
  })

  it('keeps one of two events that are the same', async () => {
    const { duplicates } = await countOf(server, full.datasetArn)
    const event = { itemId: 'i1', eventValue: 1, properties: '{"device":"phone"}' }
    await put('ida', [event, { ...event, sentAt: new Date(10_001) }, { ...event, itemId: 'i2' }, event])
    await put('ida', [event, { ...event, properties: '{"DEVICE":"phone"}' }])
    assert.equal((await history('ida')).length, 3)
    assert.equal((await countOf(server, full.datasetArn)).duplicates, duplicates + 3)
  })

  it('keeps and marks an event with a known eventId, as for orders of several items', async () => {
    const { rows, repeated } = await countOf(server, full.datasetArn)
    await put('joy', [{ eventId: 'e7', itemId: 'i1' }])
    await put('joy', [{ eventId: 'e7', itemId: 'i2', sentAt: new Date(20_000) }])
    const shown = await historyOf(server, full.datasetArn, 'joy')
    assert.deepEqual(
      shown.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
      ['i2 true', 'i1 false'],
    )
    const counted = await countOf(server, full.datasetArn)
    assert.deepEqual([counted.rows, counted.repeated], [rows + 2, repeated + 1])
  })

  it('refuses members inside properties that must be beside them, naming them', async () => {
    const inside = {
      timestamp: 1,
      userId: 'kim',
      sessionId: 's',
      eventType: 'x',
      impression: 'i',
      recommendationId: 'r',
    }
    for (const [name, value] of Object.entries(inside)) {
      const sent = put('kim', [{ itemId: 'i1', properties: JSON.stringify({ [name]: value }) }])
      await assertRefused(
        sent,
        INVALID,
        new RegExp(`^eventList\\.1\\.member\\.properties: ${name} is not allowed inside`),
      )
    }
  })

  it('names the event and the member or property that it refuses, and records none of the call', async () => {
    const good = { itemId: 'i1' }
    for (const [event, message] of [
      [{}, /^eventList\.2\.member: itemId must be given/],
      [{ properties: '{"itemId":7}' }, /^eventList\.2\.member\.properties: itemId must be a string/],
      [{ ...good, eventValue: 1e39 }, /^eventList\.2\.member\.eventValue must be a float/],
      [{ ...good, properties: '{"numRatings":"few"}' }, /^eventList\.2\.member\.properties: numRatings must be an int/],
      [{ properties: '{"itemid2":"i1"}' }, /itemId must be given, .*"itemid2" \(is it itemId\?\)/],
      [{ ...good, properties: '"{}"' }, /Error parsing properties json/],
      [{ ...good, properties: '{}'.padEnd(1025) }, /'eventList\.2\.member\.properties' failed.* 1024/],
      [{ itemId: 'x'.repeat(257) }, /'eventList\.2\.member\.itemId' failed/],
      [{ properties: `{"itemId":"${'x'.repeat(257)}"}` }, /^eventList\.2\.member\.properties: itemId: Length .* 256/],
      [{ ...good, eventType: undefined }, /'eventList\.2\.member\.eventType' failed/],
      [{ ...good, impression: Array.from({ length: 26 }, String) }, /'eventList\.2\.member\.impression' failed/],
      [{ ...good, recommendationId: 'R'.repeat(41) }, /'eventList\.2\.member\.recommendationId' failed/],
    ] as [Sent, RegExp][]) {
      await assertRefused(put('lea', [good, event]), INVALID, message)
    }
    assert.deepEqual(await history('lea'), [])
  })

  it('takes 1 to 10 events in a call', async () => {
    const events = Array.from({ length: 11 }, (_, i) => ({ itemId: `i${i}` }))
    await assertRefused(put('max', events), INVALID, /'eventList'.*eventList\.11 is/)
    await assertRefused(put('max', []), INVALID, /'eventList' failed/)
    await put('max', events.slice(1))
    assert.equal((await history('max')).length, 10)
  })

  it('needs a sessionId', async () => {
    await assertRefused(put('ned', [{ itemId: 'i1' }], { sessionId: '' }), INVALID, /'sessionId' failed/)
  })

  it('refuses an unknown trackingId', async () => {
    const unknown = { ...full, trackingId: '6f1f9f3e-0000-4000-8000-000000000000' }
    await assertRefused(put('oda', [{ itemId: 'i1' }], { to: unknown }), INVALID, /^trackingId: .* "6f1f9f3e-/)
    const ofFile = { ...full, trackingId: `${full.trackingId}\n` }
    await assertRefused(put('oda', [{ itemId: 'i1' }], { to: ofFile }), INVALID, /the id "[\da-f-]+\\n";/)
    const arn = { ...full, trackingId: full.eventTrackerArn }
    const message = /with the id "arn:\S+:event-tracker\/\S+"; DescribeEventTracker shows the one to use$/
    await assertRefused(put('oda', [{ itemId: 'i1' }], { to: arn }), INVALID, message)
  })

  it('refuses the trackingId of an event tracker that was deleted, and takes that of the next one', async () => {
    const group = await createTracked('renewed', REQUIRED)
    await put('pia', [{ itemId: 'i1' }], { to: group })
    await server.personalize.send(new DeleteEventTrackerCommand({ eventTrackerArn: group.eventTrackerArn }))
    await assertRefused(put('pia', [{ itemId: 'i2' }], { to: group }), INVALID, /^trackingId/)
    await put('pia', [{ itemId: 'i3' }], { to: { ...group, ...(await createTracker(group.datasetGroupArn)) } })
    const seen = (await history('pia', group)).map(({ itemId }) => itemId)
    assert.deepEqual(seen.toSorted(), ['i1', 'i3'])
  })

  it('refuses events for a group without an Interactions dataset, naming the group', async () => {
    const { datasetGroupArn } = await createUsersDataset(server, { group: 'users-only' })
    const to = { ...full, ...(await createTracker(datasetGroupArn)) }
    const sent = put('ray', [{ itemId: 'i1' }], { to })
    await assertRefused(sent, INVALID, /dataset-group\/users-only has no dataset of type INTERACTIONS/)
  })

  it('records only in the group of the tracker', async () => {
    await put('sam', [{ itemId: 'i1' }])
    assert.deepEqual(await history('sam', bare), [])
  })
})
