import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type NewStore, openNewStore } from '#test/store.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { keptAs } from './kept.ts'
import { openRetention } from './retention.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START = Date.parse('2026-06-01T00:00:00Z')

describe('the retention of interactions', () => {
  let opened: NewStore
  let store: Store
  let group: string
  let dataset: number
  let lines: string[]
  before(async () => {
    opened = await openNewStore()
    store = opened.store
  })
  after(() => opened[Symbol.asyncDispose]())

  let groups = 0
  beforeEach(async () => {
    store.clock.stopAt(START)
    lines = []
    group = `arn:aws:personalize:us-east-1:1:dataset-group/g${++groups}`
    const common = { status: 'ACTIVE' }
    await store.resources.create({ ...common, arn: group, kind: 'dataset-group', document: { name: `g${groups}` } })
    const ofGroup = { ...common, kind: 'dataset', parent: group }
    const document = { datasetType: 'INTERACTIONS' }
    dataset = (await store.resources.create({ ...ofGroup, arn: `${group}/INTERACTIONS`, document })).id
    await store.resources.create({ ...ofGroup, arn: `${group}/USERS`, document: { datasetType: 'USERS' } })
  })

  const tell = (level: string) => (facts: object, message: string) =>
    void lines.push(`${level} ${JSON.stringify(facts)} ${message}`)
  const log = { info: tell('info'), warn: tell('warn'), error: tell('error') } as unknown as Log

  /** A server's, from its start to its first look. */
  const look = async (keepEvents = 'forever') => {
    const retention = openRetention({ store, log, keepEvents })
    await retention.start()
    await retention.stop()
    return retention.counts()
  }
  const keep = (keepEvents: string | undefined) => store.resources.update(group, keptAs(keepEvents))
  const putAged = (...ages: readonly number[]) =>
    store.interactions.put(
      dataset,
      ages.map((ms, n) => ({
        userId: 'secret-user',
        anonymous: false,
        sessionId: 'secret-session',
        itemId: `secret-item-${n}`,
        timestampMs: store.clock.now() - ms,
        eventType: 'click',
        eventId: null,
        eventValue: null,
        details: '',
      })),
    )
  const left = () => store.interactions.count(dataset, 'ALL')

  it('keeps all where nothing is set, and goes by the group before the server', async () => {
    await putAged(50 * DAY_MS, 5 * DAY_MS)
    const none = await look()
    assert.deepEqual([none.deleted, none.sweptAt, await left()], [0, undefined, 2])
    await keep('forever')
    await look('10d')
    assert.equal(await left(), 2)
    await keep(undefined)
    assert.equal((await look('10d')).deleted, 1)
    await keep('4d')
    assert.equal((await look('10d')).deleted, 1)
    assert.equal(await left(), 0)
  })

  for (const [keepEvents, hours] of [
    ['36h', 1],
    ['30d', 7.2],
    ['400d', 24],
  ] as const) {
    it(`sweeps what is kept for ${keepEvents} every ${hours} h, on whichever server`, async () => {
      await keep(keepEvents)
      await look()
      await putAged(500 * DAY_MS)
      store.clock.stopAt(START + (hours - 0.2) * HOUR_MS)
      await look()
      assert.equal(await left(), 1)
      store.clock.stopAt(START + hours * HOUR_MS)
      await look()
      assert.equal(await left(), 0)
    })
  }

  it('sweeps at once where events are kept for longer or for less long than before', async () => {
    await keep('30d')
    await look()
    for (const keepEvents of ['20d', '40d']) {
      await keep(keepEvents)
      await putAged(60 * DAY_MS, DAY_MS)
      await look()
      assert.deepEqual([await left(), lines.filter(line => line.startsWith('error'))], [1, []])
    }
  })

  it('waits for a day of looks where it would go a month beyond the last sweep: a clock may be wrong', async t => {
    await keep('400d')
    await look()
    await putAged(0)
    t.mock.timers.enable({ apis: ['setInterval'] })
    let now = START
    const { resources, interactions } = store
    const clock = { ...store.clock, now: () => now, stoppedAt: undefined }
    const retention = openRetention({ store: { resources, interactions, clock }, log, keepEvents: 'forever' })
    t.after(() => retention.stop())
    await retention.start()
    const looked = async (hours: number) => {
      for (let hour = 0; hour < hours; hour++) t.mock.timers.tick(HOUR_MS)
      await retention.sweepGroup('none') // after the looks
    }
    now = START + 4000 * DAY_MS
    await looked(24)
    const warned = lines.filter(line => line.includes(group))
    assert.deepEqual([await left(), warned.length], [1, 24])
    assert.match(warned[0]!, /^warn .*"days":4000} events .* check the clock and --keep-events/)
    now = START
    await looked(2)
    now = START + 4000 * DAY_MS
    await looked(24)
    assert.equal(await left(), 1, 'the day began anew when the clock had been right')
    store.clock.stopAt(START + DAY_MS)
    await look()
    await looked(24)
    assert.equal(await left(), 1, 'the day began anew when another server had swept by its clock')
    await looked(1)
    assert.equal(await left(), 0)
  })

  it('does not wait where the setting of the group was changed by a call', async t => {
    await keep('400d')
    await look()
    await putAged(60 * DAY_MS)
    const clock = { ...store.clock, now: () => START, stoppedAt: undefined }
    const retention = openRetention({ store: { ...store, clock }, log, keepEvents: 'forever' })
    t.after(() => retention.stop())
    await keep('30d')
    await retention.sweepGroup(group)
    assert.equal(await left(), 0)
  })

  it('logs how many were deleted, and how many were too old when they arrived, and no id', async () => {
    await keep('10d')
    await putAged(11 * DAY_MS, 9.5 * DAY_MS)
    await look()
    store.clock.stopAt(START + DAY_MS)
    await putAged(20 * DAY_MS)
    await look()
    const facts = (events: number) => JSON.stringify({ datasetGroupArn: group, events })
    const deleted = 'events older than their dataset group keeps them are deleted'
    assert.deepEqual(lines, [
      `info ${facts(1)} ${deleted}`,
      `info ${facts(2)} ${deleted}`,
      `warn ${facts(1)} of these, some were too old already when they arrived`,
    ])
  })
})
