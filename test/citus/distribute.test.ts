import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CITUS, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { distributeStore } from '../../src/store/open.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import {
  anonymousClick,
  click,
  createDataset,
  importInteractions,
  importRecords,
  record,
  recordsFrom,
} from '../../src/store/suite/fixture.ts'

const SPREAD = ['dataset_state', 'event_ids', 'interactions', 'records', 'sessions']

describe('personalite store distribute', { skip: !CITUS && MISSING }, () => {
  it('spreads a filled store, goes on after an interruption, and loses nothing', async () => {
    await using citus = await startCitus({ fsync: 'off' })
    const nodes = [citus.coordinator, ...citus.workers]
    const urls = await Promise.all(nodes.map(node => node.createDatabase('shop')))
    const [coordinator, worker] = urls as [string, string]
    let [dataset, events] = [0, 0]
    {
      await using store = await openPostgresStore(coordinator)
      dataset = await createDataset(store)
      events = await createDataset(store, 'events')
      await importRecords(store, dataset, recordsFrom(0, 1000, 'imported'))
      await store.records.put(dataset, [record('u0000', 'put')])
      await importInteractions(store, events, [click({ userId: 'ben', itemId: 'imported' })])
      await store.interactions.put(events, [anonymousClick('phone', { eventId: 'once' })])
      await assert.rejects(
        distributeStore(coordinator, () => {}),
        /has no extension citus/,
      )
      await joinNodes(urls)
      await assert.rejects(
        distributeStore(coordinator, () => {}),
        /use the database: stop them first/,
      )
    }
    await assert.rejects(openPostgresStore(worker), /run personalite store distribute/)

    const lines: string[] = []
    const interrupted = distributeStore(coordinator, line => {
      if (lines.push(line) === 4) throw new Error('interrupted')
    })
    await assert.rejects(interrupted, /interrupted/)
    await distributeStore(worker, line => lines.push(line))
    assert.match(lines[4]!, /^1 of 5: dataset_state, was spread before$/)
    assert.match(lines.at(-1)!, /^5 of 5: event_ids, \d+ kB$/)
    const spread = await query(coordinator, 'SELECT table_name::text AS name FROM citus_tables ORDER BY 1')
    assert.deepEqual(
      spread.map(({ name }) => name),
      SPREAD,
    )
    const local = await query(coordinator, "SELECT pg_relation_size('records')::int AS bytes")
    assert.deepEqual(local, [{ bytes: 0 }])

    assert.equal(await shardsOf(coordinator), 4)
    await distributeStore(worker, line => lines.push(line), 6)
    assert.equal(lines.at(-1), 'from 4 shards to 6')
    assert.equal(await shardsOf(coordinator), 6)

    await using store = await openPostgresStore(worker)
    assert.equal(await store.records.count(dataset, 'ALL'), 1000)
    assert.equal((await store.records.get(dataset, 'u0000'))!.fields, '["put"]')
    assert.equal((await store.records.get(dataset, 'u0999'))!.fields, '["imported"]')
    await store.interactions.put(events, [click({ userId: 'ann', sessionId: 'phone', eventId: 'once', itemId: 'b' })])
    assert.equal(await store.interactions.count(events, 'ALL'), 3)
    const found = await store.interactions.ofUser(events, 'ann', 10)
    assert.deepEqual(
      found.map(({ itemId, repeated }) => [itemId, repeated]),
      [
        ['b', true],
        ['a', false],
      ],
    )
  })

  it('loses nothing of a server that starts at another node while it changes the number of shards', async () => {
    await using citus = await startCitus({ fsync: 'off' })
    const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('shop')))
    await joinNodes(urls)
    const worker = urls[1]!
    let dataset = 0
    {
      await using store = await openPostgresStore(worker)
      dataset = await createDataset(store)
      await importRecords(store, dataset, recordsFrom(0, IMPORTED, 'imported'))
      await assert.rejects(
        distributeStore(worker, () => {}, 6),
        /use the database: stop them first/,
      )
    }
    let isDone = false
    const putMeanwhile = async () => {
      await using store = await openPostgresStore(worker)
      let put = 0
      while (!isDone)
        await Promise.all(Array.from({ length: 8 }, () => store.records.put(dataset, [record(`n${put++}`)])))
      return put
    }
    let putting = Promise.resolve(0)
    const start = (line: string) => {
      if (line.startsWith('1 of')) putting = putMeanwhile()
    }
    await distributeStore(worker, start, 6).finally(() => {
      isDone = true
    })
    const put = await putting
    await using store = await openPostgresStore(worker)
    assert.ok(put > 0)
    assert.equal(await store.records.count(dataset, 'ALL'), IMPORTED + put)
  })
})

/** Users whose copy takes a server long enough to put others. */
const IMPORTED = 40_000

/** Into how many shards each of the tables is spread. */
async function shardsOf(coordinator: string): Promise<number> {
  const found = await query(
    coordinator,
    `SELECT DISTINCT count(*)::int AS shards FROM pg_dist_shard
     WHERE logicalrelid <> 'dataset_state'::regclass GROUP BY logicalrelid`,
  )
  assert.equal(found.length, 1)
  return found[0]!.shards as number
}
