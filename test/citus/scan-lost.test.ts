import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { createDataset, importRecords, recordsFrom } from '../../src/store/suite/fixture.ts'

/** More than a cursor reads at once, in each of four shards. */
const USERS = 12_000

describe('a scan on Citus', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let way: Way
  let far: string
  let store: Store
  let dataset: number
  before(async () => {
    citus = await startCitus({ fsync: 'off' })
    const nodes = [citus.coordinator, ...citus.workers]
    const urls = await Promise.all(nodes.map(node => node.createDatabase('scans')))
    far = urls[2]!
    way = await startWay(far)
    await joinNodes(urls, [urls[0]!, urls[1]!, way.url])
    store = await openPostgresStore(urls[0]!)
    dataset = await createDataset(store)
    await importRecords(store, dataset, recordsFrom(0, USERS))
  })
  after(async () => {
    await store?.close()
    await way?.[Symbol.asyncDispose]()
    await citus?.[Symbol.asyncDispose]()
  })

  /** Reads one row, and all others when it is told to. Returns how many there were. */
  const begin = async () => {
    const rows = store.records.scan(dataset, 'ALL')[Symbol.asyncIterator]()
    assert.equal((await rows.next()).done, false)
    return async () => {
      let count = 1
      while (!(await rows.next()).done) count++
      return count
    }
  }

  it('fails where a node is at it no more, though nothing says so, and goes on however slow it is', async () => {
    const lost = await begin()
    way.silence()
    const ended = await query(far, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'FETCH%'")
    assert.ok(ended.length > 0)
    const slow = await begin()
    const fails = assert.rejects(lost(), { code: 'unavailable' })
    await setTimeout(17_000)
    await fails
    assert.equal(await slow(), USERS)
  })
})
