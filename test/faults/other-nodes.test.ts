import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startNode } from '#test/citus.ts'
import { query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { ON_CITUS, RECOVERY } from '#test/nodes.ts'
import type { Postgres } from '#test/postgres.ts'
import { openStore } from '../../src/store/open.ts'
import { isStoreError } from '../../src/store/store.ts'
import { createDataset, recordsFrom } from '../../src/store/suite/fixture.ts'
import {
  assertNoFaults,
  assertRetried,
  assertWhole,
  type Cluster,
  counted,
  Outcomes,
  startCluster,
  underLoad,
} from './cluster.ts'

/** Shards move while they are written to. */
const SETTINGS = { ...RECOVERY, wal_level: 'logical' }

describe('two servers on Citus whose nodes change', { skip: !ON_CITUS && 'of one node there is no other' }, () => {
  let cluster: Cluster
  const others: Postgres[] = []
  before(async () => {
    cluster = await startCluster({ settings: SETTINGS })
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    for (const node of others) await node[Symbol.asyncDispose]()
  })

  const datasetOf = async (name: string) => {
    await using store = await openStore(cluster.dataDir, cluster.database)
    return await createDataset(store, name)
  }
  /** Puts users and reads each of them as it was put, until it is over. Returns how often. */
  const readBack = async (dataset: number, isOver: () => boolean) => {
    await using store = await openStore(cluster.dataDir, cluster.urls[1])
    const ids = recordsFrom(0, 20).map(({ id }) => id)
    let times = 0
    for (let value = 0; !isOver(); value++)
      try {
        await store.records.put(dataset, recordsFrom(0, ids.length, value))
        const found = await Promise.all(ids.map(id => store.records.get(dataset, id)))
        for (const user of found) assert.equal(user?.fields, `[${value}]`)
        times++
      } catch (error) {
        // A call may be refused, but never answered wrongly.
        if (!isStoreError(error, 'unavailable')) throw error
      }
    return times
  }

  let round = 0
  const whileIn = async (what: string, happens: () => Promise<void>) => {
    const outcomes = new Outcomes()
    const dataset = await datasetOf(`read-${round}`)
    let [isOver, reads] = [false, 0]
    await underLoad(cluster, round++, outcomes, async () => {
      const reading = readBack(dataset, () => isOver)
      await setTimeout(500)
      await happens().finally(() => {
        isOver = true
      })
      reads = await reading
      const before = outcomes.acknowledged.size
      await eventually('a call to be acknowledged afterwards', () => outcomes.acknowledged.size > before)
    })
    assert.ok(reads > 0)
    assertRetried(outcomes)
    assertNoFaults(cluster)
    await assertWhole({ ...cluster, urls: [cluster.database] }, outcomes)
    console.log(`faults: ${what}, ${reads} times 20 users read, ${counted(outcomes)}`)
  }
  /** How many shards of records a node has, by the port at which the coordinator knows it. */
  const shardsAt = async (port: string) => {
    const [row] = await query(
      cluster.database,
      `SELECT count(*)::int AS shards FROM pg_dist_shard_placement JOIN pg_dist_shard USING (shardid)
       WHERE logicalrelid = 'records'::regclass AND nodeport = ${port}`,
    )
    return row!.shards as number
  }

  it('have every acknowledged call whole, if a node is added, and shards move to it', async () => {
    const node = await startNode(SETTINGS)
    others.push(node)
    const added = new URL(await node.createDatabase('faults'))
    await query(added.href, 'CREATE EXTENSION citus')
    await whileIn('a node added', async () => {
      await query(
        cluster.database,
        `SELECT citus_add_node('${added.hostname}', ${added.port})`,
        'SELECT citus_rebalance_start()',
        'SELECT citus_rebalance_wait()',
      )
      assert.ok((await shardsAt(added.port)) > 0, 'the new node has no shards')
    })
  })

  it('have every acknowledged call whole, if a node is lost, and its data served at another host', async () => {
    const lost = cluster.nodes[2]!
    const { port } = new URL(lost.url)
    const shards = await shardsAt(port)
    assert.ok(shards > 0)
    await whileIn('a node moved to another host', async () => {
      await lost.kill()
      const node = await startNode(SETTINGS, lost.dataDir)
      others.push(node)
      const { hostname, port: otherPort } = new URL(node.url)
      await query(
        cluster.database,
        `SELECT citus_update_node(nodeid, '${hostname}', ${otherPort}, force => true, lock_cooldown => 1000)
         FROM pg_dist_node WHERE nodeport = ${port}`,
      )
      assert.equal(await shardsAt(otherPort), shards)
    })
  })
})
