import assert from 'node:assert/strict'
import { beforeEach, describe, it, mock, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { openTestStore } from '#test/store.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { click, importInteractions } from '../store/suite/fixture.ts'
import { openKnownTime } from './known-time.ts'
import { openRetention } from './retention.ts'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-06-01T00:00:00Z')

/** The deletions of a server whose clock is not to be relied on. */
describe('the time by which events are deleted', () => {
  let lines: string[]
  beforeEach(() => {
    lines = []
  })

  /** A store with a dataset of each of some types, on a machine whose clock stands at `NOW`. */
  const open = async (t: TestContext, ...types: readonly string[]) => {
    mock.timers.enable({ apis: ['Date'], now: NOW })
    t.after(() => mock.timers.reset())
    const store = await openTestStore(await temporaryDirectory())
    t.after(() => store.close())
    const arn = 'arn:aws:personalize:us-east-1:1:dataset-group/shop'
    const common = { status: 'ACTIVE' }
    await store.resources.create({ ...common, arn, kind: 'dataset-group', document: { name: 'shop' } })
    const datasets = []
    for (const datasetType of types) {
      const own = { arn: `${arn}/${datasetType}`, kind: 'dataset', parent: arn, document: { datasetType } }
      datasets.push(await store.resources.create({ ...common, ...own }))
    }
    return { store, datasets, ids: datasets.map(({ id }) => id) }
  }
  const aged = (...days: readonly number[]) => days.map(age => click({ timestampMs: NOW - age * DAY_MS }))
  /** A server's, from its start to its first look. */
  const look = async (store: Store, keepEvents: string) => {
    const warn = (facts: object, message: string) => void lines.push(`${JSON.stringify(facts)} ${message}`)
    const log = { info() {}, warn } as unknown as Log
    const retention = openRetention({ store, log, keepEvents })
    await retention.start()
    await retention.stop()
  }

  it("is the newest event's by a clock that is years ahead, whether events were put or imported", async t => {
    const { store, ids } = await open(t, 'INTERACTIONS', 'ACTION_INTERACTIONS')
    await store.interactions.put(ids[0]!, aged(390, 2))
    await importInteractions(store, ids[1]!, aged(500, 391, 1))
    mock.timers.setTime(NOW + 3000 * DAY_MS)
    await look(store, '400d')
    const left = await Promise.all(ids.map(id => store.interactions.count(id, 'ALL')))
    assert.deepEqual(left, [2, 2])
    const facts = { clock: '2034-08-18T00:00:00.000Z', newestEvent: '2026-05-31T00:00:00.000Z' }
    const doubt = 'no event is as new as the clock: ages are counted from the newest event'
    assert.deepEqual(lines, [`${JSON.stringify(facts)} ${doubt}`])
  })

  it("is the clock's where any dataset has an event that is new", async t => {
    const { store, ids } = await open(t, 'INTERACTIONS', 'ACTION_INTERACTIONS')
    await store.interactions.put(ids[0]!, aged(50, 31, 30))
    await store.interactions.put(ids[1]!, aged(0))
    await look(store, '10d')
    assert.deepEqual([await store.interactions.count(ids[0]!, 'ALL'), lines], [0, []])
  })

  it("is the clock's where an event is of the future", async t => {
    const { store, datasets, ids } = await open(t, 'INTERACTIONS')
    await store.interactions.put(ids[0]!, aged(-300))
    assert.equal(await openKnownTime(store).now(datasets), NOW)
  })

  it('goes on from the newest event while the process runs', async t => {
    const { store, datasets, ids } = await open(t, 'INTERACTIONS')
    await store.interactions.put(ids[0]!, aged(30))
    const known = openKnownTime(store)
    const first = await known.now(datasets)
    assert.equal(first, NOW - 30 * DAY_MS)
    await setTimeout(20)
    const second = await known.now(datasets)
    assert.ok(second! > first && second! < NOW)
  })

  it('is unknown where there is no event', async t => {
    const { store, datasets } = await open(t, 'INTERACTIONS')
    assert.equal(await openKnownTime(store).now(datasets), undefined)
    await look(store, '10d')
    assert.deepEqual(lines, [])
  })

  it('is that of a clock that a test has stopped', async t => {
    const { store, ids } = await open(t, 'INTERACTIONS')
    await store.interactions.put(ids[0]!, aged(30))
    store.clock.stopAt(NOW + 3000 * DAY_MS)
    await look(store, '400d')
    assert.equal(await store.interactions.count(ids[0]!, 'ALL'), 0)
  })
})
