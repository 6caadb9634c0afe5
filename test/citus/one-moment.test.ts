import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Change, Store } from '../../src/store/store.ts'
import { click, createDataset, each, record, recordsFrom } from '../../src/store/suite/fixture.ts'

/** A statement that reaches one of two workers later than the other one, and than the coordinator. */
interface Held {
  readonly text: string
  readonly ms: number
}

/** The prepared transactions are committed there later. */
const COMMIT: Held = { text: 'COMMIT PREPARED', ms: 300 }
/** The moment of a scan is later there. */
const BEGIN: Held = { text: 'REPEATABLE READ', ms: 2000 }

describe('what reaches one node of Citus late', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let way: Way
  let stores: readonly Store[]
  let dataset: number
  let held: Held | undefined
  let count = 0
  before(async () => {
    citus = await startCitus({ fsync: 'off' })
    const nodes = [citus.coordinator, ...citus.workers]
    const urls = await Promise.all(nodes.map(node => node.createDatabase('moments')))
    way = await startWay(urls[2]!, bytes => {
      if (!held || !bytes.includes(held.text)) return 0
      count++
      return held.ms
    })
    await joinNodes(urls, [urls[0]!, urls[1]!, way.url])
    const opened: Store[] = []
    for (const url of urls.slice(0, 2)) opened.push(await openPostgresStore(url))
    stores = opened
    dataset = await createDataset(stores[0]!)
  })
  beforeEach(() => {
    held = undefined
    count = 0
  })
  after(async () => {
    await Promise.all((stores ?? []).map(store => store.close()))
    await way?.[Symbol.asyncDispose]()
    await citus?.[Symbol.asyncDispose]()
  })

  type Put = (store: Store, value: number) => Promise<void>
  const users = recordsFrom(0, 20)
  const put: Put = (store, value) =>
    store.records.put(
      dataset,
      users.map(({ id }) => record(id, value)),
    )
  /** Puts by each server in turn. The other looks all the time, and once more when the write is acknowledged. */
  const meanwhile = async (put: Put, look: (other: Store) => Promise<void>, acknowledged = (_value: number) => {}) => {
    await put(stores[0]!, 0)
    held = COMMIT
    for (const [at, store] of stores.entries()) {
      const other = stores[1 - at]!
      let isOver = false
      const write = put(store, at + 1).finally(() => {
        isOver = true
      })
      while (!isOver) {
        await look(other)
      }
      await write
      await look(other)
      acknowledged(at + 1)
    }
    assert.ok(count > 0, 'no commit was held up: the test shows nothing')
  }

  it('is a commit: another server is told when all nodes have it, not before', async () => {
    const told = new Map<Store, Map<string, string>>()
    for (const store of stores) {
      const heard = new Map<string, string>()
      told.set(store, heard)
      const hear = (change: Change) => {
        if (change.kind === 'records') for (const { id, fields } of change.rows) heard.set(id, fields)
      }
      store.watch(hear, () => true)
    }
    let looked: Store
    const look = (other: Store) => {
      looked = other
      return other.catchUp()
    }
    await meanwhile(put, look, value => {
      assert.deepEqual(
        [...told.get(looked)!],
        users.map(({ id }) => [id, `[${value}]`]),
      )
    })
  })

  it('is a commit: it is in a scan whole or not at all, on either node', async () => {
    await meanwhile(put, async other => {
      const values = await each(other.records.scan(dataset, 'ALL'), 'fields')
      assert.equal(new Set(values).size, 1, `${values}`)
    })
    const events = await createDataset(stores[0]!, 'events')
    const putEvents: Put = (store, value) =>
      store.interactions.put(
        events,
        users.map(({ id }) => click({ userId: id, timestampMs: value })),
      )
    await meanwhile(putEvents, async other => {
      const times = await each(other.interactions.scan(events, 'ALL'), 'timestampMs')
      assert.equal(times.length % users.length, 0, `${times}`)
    })
  })

  it('is the beginning of a scan: it begins again where writes need not wait for it any more', async () => {
    await put(stores[0]!, 0)
    held = BEGIN
    const read = each(stores[0]!.records.scan(dataset, 'ALL'), 'fields')
    await eventually('the scan to begin', () => count > 0)
    // The other nodes have begun by then.
    await setTimeout(500)
    held = undefined
    const lock = "FROM pg_locks WHERE locktype = 'advisory' AND objid = 73770004 AND mode = 'ExclusiveLock'"
    const ended = await query(citus.coordinator.url, `SELECT pg_terminate_backend(pid) ${lock}`)
    assert.equal(ended.length, 1)
    await put(stores[1]!, 1)
    assert.deepEqual([...new Set(await read)], ['[1]'])
  })
})
