import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { createDataset, record, recordsFrom } from '../../src/store/suite/fixture.ts'

/** Citus itself does not look for servers that wait for each other in a circle. */
const SETTINGS = { fsync: 'off', 'citus.distributed_deadlock_detection_factor': '-1' }

/** Long before the 15 s after which a server gives a statement up, and sends it again. */
const SOON_MS = 12_000

describe('two servers on Citus whose coordinator has shards', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let nodes: readonly [coordinator: URL, worker: URL]
  let stores: readonly [atCoordinator: Store, atWorker: Store]
  before(async () => {
    citus = await startCitus(SETTINGS)
    const urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('orders')))
    await joinNodes(urls)
    nodes = [new URL(urls[0]!), new URL(urls[1]!)]
    const { href, hostname, port } = nodes[0]
    await query(href, `SELECT citus_set_node_property('${hostname}', ${port}, 'shouldhaveshards', true)`)
    stores = [await openPostgresStore(nodes[0].href), await openPostgresStore(nodes[1].href)]
  })
  after(async () => {
    await Promise.all((stores ?? []).map(store => store.close()))
    await citus?.[Symbol.asyncDispose]()
  })

  /** Two users: the shard of the first goes before that of the other, and is at a worker, the other at the coordinator. */
  const choose = async () => {
    const ids = recordsFrom(0, 100).map(({ id }) => `'${id}'`)
    const found = await query(
      nodes[0].href,
      `SELECT id, shardid AS shard, nodeport = ${nodes[0].port} AS "isAtCoordinator"
       FROM unnest(ARRAY[${ids}]) AS id JOIN pg_dist_shard_placement
         ON shardid = get_shard_id_for_distribution_column('records', id)
       ORDER BY shardid`,
    )
    const last = found.findLast(({ isAtCoordinator }) => isAtCoordinator)!
    const first = found.find(({ isAtCoordinator }) => !isAtCoordinator)!
    assert.ok((first.shard as number) < (last.shard as number))
    return [first, last].map(({ id }) => id as string) as [string, string]
  }

  it('have both calls stored, though they wait for each other in a circle', { timeout: SOON_MS }, async () => {
    const dataset = await createDataset(stores[0])
    const [first, last] = await choose()
    const put = (store: Store, value: number) => store.records.put(dataset, [record(first, value), record(last, value)])
    await put(stores[0], 0)
    const holder = new Client(nodes[0].href)
    await holder.connect()
    const waiting = async (count: number) => {
      const rows = await Promise.all(
        citus.workers.map(({ url }) => query(url, `SELECT FROM pg_locks WHERE NOT granted`)),
      )
      return rows.flat().length >= count
    }
    try {
      await holder.query('BEGIN')
      await holder.query('UPDATE records SET seq = seq WHERE dataset = $1 AND id = $2', [dataset, first])
      const atWorker = put(stores[1], 1)
      await eventually('the server at the worker to wait for the first user', () => waiting(1))
      const atCoordinator = put(stores[0], 2)
      await eventually('the other server to wait as well', () => waiting(2))
      await holder.query('COMMIT')
      await Promise.all([atWorker, atCoordinator])
    } finally {
      await holder.end()
    }
    const found = await Promise.all([first, last].map(id => stores[1].records.get(dataset, id)))
    for (const user of found) assert.match(`${user?.fields}`, /^\[[12]\]$/)
  })
})
