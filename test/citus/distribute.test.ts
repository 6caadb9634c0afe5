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
    await assert.rejects(
      openPostgresStore(coordinator),
      /spread over the nodes in part: run personalite store distribute/,
    )
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

  for (const { what, shards } of [
    { what: 'spreads a filled store', shards: undefined },
    { what: 'changes the number of shards', shards: 6 },
  ])
    it(`loses nothing of a server that starts at another node while it ${what}`, async () => {
      await using citus = await startCitus({ fsync: 'off' })
      const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('shop')))
      const [coordinator, worker] = urls as [string, string]
      if (shards) await joinNodes(urls)
      let dataset = 0
      {
        await using store = await openPostgresStore(shards ? worker : coordinator)
        dataset = await createDataset(store)
        await importRecords(store, dataset, recordsFrom(0, IMPORTED, 'imported'))
        if (!shards) await joinNodes(urls)
        await assert.rejects(
          distributeStore(worker, () => {}, shards),
          /use the database: stop them first/,
        )
      }
      let isDone = false
      const putMeanwhile = async () => {
        await using store = await openPostgresStore(worker)
        let put = 0
        while (put === 0 || !isDone)
          await Promise.all(Array.from({ length: 8 }, () => store.records.put(dataset, [record(`n${put++}`)])))
        return put
      }
      let putting = Promise.resolve(0)
      const start = (line: string) => {
        if (line.startsWith('1 of')) putting = putMeanwhile()
      }
      await distributeStore(worker, start, shards).finally(() => {
        isDone = true
      })
      const put = await putting
      await using store = await openPostgresStore(worker)
      assert.ok(put > 0)
      assert.equal(await store.records.count(dataset, 'ALL'), IMPORTED + put)
    })

  it('is done once by servers that start at all nodes of an empty database, which lose nothing', async () => {
    await using citus = await startCitus({ fsync: 'off' })
    const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('shop')))
    await joinNodes(urls)
    await using used = new AsyncDisposableStack()
    const dataset = Promise.withResolvers<number>()
    const putAt = async (url: string, server: number) => {
      const store = used.use(await openPostgresStore(url))
      if (server === 0) dataset.resolve(await createDataset(store))
      const of = await dataset.promise
      for (let put = 0; put < PUT; put++) await store.records.put(of, [record(`${server}-${put}`)])
      return store
    }
    const servers = [...urls, ...urls]
    const stores = await Promise.all(servers.map(putAt))
    for (const store of stores)
      assert.equal(await store.records.count(await dataset.promise, 'ALL'), servers.length * PUT)
    assert.equal(await shardsOf(urls[0]!), 4)
  })

  it('ends a server that took the tables for plain, since Citus came after it', async () => {
    await using citus = await startCitus({ fsync: 'off' })
    const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('shop')))
    await using plain = await openPostgresStore(urls[0]!)
    await joinNodes(urls)
    await using spread = await openPostgresStore(urls[1]!)
    const dataset = await createDataset(spread)
    await assert.rejects(
      plain.records.put(dataset, [record('ann')]),
      /spread over the nodes of Citus since .*start it again/,
    )
    assert.match((await plain.ended).message, /start it again/)
    assert.match(plain.trouble()!, /start it again/)
    await spread.records.put(dataset, [record('ann')])
    assert.equal(await spread.records.count(dataset, 'ALL'), 1)
  })
})

/** Users whose copy takes a server long enough to put others. */
const IMPORTED = 40_000

/** Users that each of several servers puts one after the other. */
const PUT = 20

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
