import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { click, createDataset, importInteractions, recordsFrom } from '../../src/store/suite/fixture.ts'

const USERS = recordsFrom(0, 40).map(({ id }) => id)
/** Longer than it takes to move all shards. */
const LATE_MS = 5000

describe('reads of users whose rows move to another node of Citus', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let way: Way
  let store: Store
  let nodes: readonly [coordinator: URL, worker: URL, other: URL]
  let [users, events] = [0, 0]
  let [isLate, count] = [false, 0]
  before(async () => {
    // Rows that have moved stay where they were, too, until they are dropped.
    citus = await startCitus({ fsync: 'off', 'citus.defer_shard_delete_interval': '-1' })
    const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('moving')))
    way = await startWay(urls[2]!, bytes => {
      if (!isLate || !bytes.includes('reads.interactions_')) return 0
      count++
      return LATE_MS
    })
    await joinNodes(urls, [urls[0]!, urls[1]!, way.url])
    nodes = [new URL(urls[0]!), new URL(urls[1]!), new URL(way.url)]
    store = await openPostgresStore(urls[0]!)
    users = await createDataset(store)
    events = await createDataset(store, 'events')
    await importInteractions(
      store,
      events,
      USERS.map(userId => click({ userId, itemId: 'imported', timestampMs: 0 })),
    )
  })
  after(async () => {
    await store?.close()
    await way?.[Symbol.asyncDispose]()
    await citus?.[Symbol.asyncDispose]()
  })

  const put = async (value: number) => {
    await store.records.put(users, recordsFrom(0, USERS.length, value))
    const clicks = USERS.map(userId => click({ userId, itemId: `put ${value}`, timestampMs: value }))
    await store.interactions.put(events, clicks)
  }
  /** The record and the items of each user; all of them at once. */
  const readAll = () =>
    Promise.all(
      USERS.map(async userId => {
        const [record, history] = await Promise.all([
          store.records.get(users, userId),
          store.interactions.history(events, userId, 10),
        ])
        return [record?.fields, ...history.itemIds]
      }),
    )
  const expected = (...values: readonly number[]) =>
    USERS.map(() => [`[${values[0]}]`, ...values.map(value => `put ${value}`), 'imported'])
  /** Moves all shards of a node to another. Returns the names of those of records. */
  const move = async (from: URL, to: URL) => {
    const shards = await query(
      nodes[0].href,
      `SELECT 'records_' || shardid AS name, citus_move_shard_placement(shardid, '${from.hostname}', ${from.port},
         '${to.hostname}', ${to.port}, 'block_writes')
       FROM pg_dist_shard JOIN pg_dist_shard_placement USING (shardid)
       WHERE logicalrelid = 'records'::regclass AND nodeport = ${from.port}`,
    )
    return shards.map(({ name }) => name as string)
  }
  const drop = () => query(nodes[0].href, 'CALL citus_cleanup_orphaned_resources()')

  it('have what was put before they moved, and since, where the earlier node has kept the rows or dropped them', async () => {
    await put(1)
    assert.deepEqual(await readAll(), expected(1))
    const [shard] = await move(nodes[1], nodes[2])
    await put(2)
    assert.deepEqual(await readAll(), expected(2, 1))
    const [kept] = await query(nodes[1].href, `SELECT count(*)::int AS rows FROM ${shard}`)
    assert.ok((kept!.rows as number) > 0, 'the earlier node has no rows: the test shows nothing')
    await drop()
    await move(nodes[2], nodes[1])
    await put(3)
    assert.deepEqual(await readAll(), expected(3, 2, 1))
  })

  it('find the rows that moved, and were dropped, while a read was on its way to them', async () => {
    await move(nodes[1], nodes[2])
    await drop()
    await put(4)
    isLate = true
    const read = readAll()
    await eventually('a read to be on its way', () => count > 0)
    isLate = false
    await move(nodes[2], nodes[1])
    await drop()
    for (const [fields, newest] of await read) assert.deepEqual([fields, newest], ['[4]', 'put 4'])
  })
})
