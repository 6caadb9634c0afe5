import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '#test/citus-database.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { openStore } from '../../src/store/open.ts'
import { isStoreError } from '../../src/store/store.ts'
import { check } from '../crash/check.ts'
import { foundByServer } from '../crash/server-target.ts'
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

describe('two servers on Citus whose shards move', { skip: !ON_CITUS && 'one node has no other' }, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster({ settings: { wal_level: 'logical' } })
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  /** Has a worker hold shards or not, and moves them to where they belong then. Returns how many it holds. */
  const move = async (worker: URL, holds: boolean) => {
    const [row] = await query(
      cluster.database,
      `SELECT citus_set_node_property('${worker.hostname}', ${worker.port}, 'shouldhaveshards', ${holds})`,
      'SELECT citus_rebalance_start()',
      'SELECT citus_rebalance_wait()',
      `SELECT count(*)::int AS shards FROM pg_dist_shard_placement JOIN pg_dist_shard USING (shardid)
       WHERE logicalrelid = 'records'::regclass AND nodeport = ${worker.port}`,
    )
    return row!.shards as number
  }

  it('have every acknowledged call whole, in scans meanwhile and afterwards', async () => {
    const worker = new URL(cluster.urls[2]!)
    const outcomes = new Outcomes()
    let [scans, moved] = [0, false]
    const scan = async () => {
      await using store = await openStore(cluster.dataDir, cluster.urls[1])
      for (; !moved; await setTimeout(200)) {
        const before = new Set(outcomes.acknowledged)
        const found = await foundByServer(store)
          .then(found => check(before, found))
          .catch((error: unknown) => {
            // A scan may be refused, as any call, but never wrong.
            if (!isStoreError(error, 'unavailable')) throw error
          })
        if (!found) continue
        assert.deepEqual({ lost: found.lost, torn: found.torn }, { lost: [], torn: [] })
        scans++
      }
    }
    await underLoad(cluster, 0, outcomes, async () => {
      await setTimeout(500)
      const scanning = scan()
      assert.equal(await move(worker, false), 0)
      assert.equal(await move(worker, true), 2)
      moved = true
      await scanning
      assert.ok(scans > 0)
    })
    assertRetried(outcomes)
    assertNoFaults(cluster)
    await assertWhole(cluster, outcomes)
    console.log(`faults: all shards of a worker moved away and back, ${scans} scans, ${counted(outcomes)}`)
  })
})
