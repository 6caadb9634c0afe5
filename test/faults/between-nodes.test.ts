import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '#test/citus-database.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { openStore } from '../../src/store/open.ts'
import { foundByServer, serverTarget } from '../crash/server-target.ts'
import {
  assertNoFaults,
  assertRetried,
  assertWhole,
  type Cluster,
  counted,
  Outcomes,
  roundsOf,
  startCluster,
  underLoad,
} from './cluster.ts'

const ROUNDS = roundsOf(2)

/** A server by the coordinator, and one by a worker. The nodes reach the other worker by a network that can fail. */
describe('two servers on Citus, with a bad way between its nodes', {
  skip: !ON_CITUS && 'of one node there is no way',
}, () => {
  let cluster: Cluster
  let way: Way
  before(async () => {
    const waysBetween = async (urls: readonly string[]) => {
      way = await startWay(urls[2]!)
      return [urls[0]!, urls[1]!, way.url]
    }
    cluster = await startCluster({ waysBetween })
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    await way?.[Symbol.asyncDispose]()
  })

  let round = 0
  const whileIn = async (name: string, happens: () => Promise<void>) => {
    const outcomes = new Outcomes()
    for (let n = 0; n < ROUNDS; n++) {
      await underLoad(cluster, round++, outcomes, async () => {
        await setTimeout(500 + Math.random() * 1000)
        await happens()
        await setTimeout(1000)
      })
    }
    assertRetried(outcomes)
    assertNoFaults(cluster)
    await assertWhole(cluster, outcomes)
    console.log(`faults: the way between nodes ${name} ${ROUNDS} times, ${counted(outcomes)}`)
  }

  it('have every acknowledged call whole, if it is cut', () =>
    whileIn('cut', async () => {
      for (let n = 0; n < 10; n++) {
        way.cut()
        await setTimeout(100)
      }
    }))

  it('have every acknowledged call whole, if it holds back what is sent', () =>
    whileIn('held up', async () => {
      const release = way.hold()
      await setTimeout(2000)
      way.strand()
      release()
    }))

  /** An id whose row is at the far end of the bad way. */
  const farId = async () => {
    const shards = await query(
      cluster.database,
      `SELECT id, nodeport AS port FROM generate_series(1, 100) AS id, pg_dist_shard_placement
       WHERE shardid = get_shard_id_for_distribution_column('records', id::text)`,
    )
    return String(shards.find(({ port }) => String(port) === new URL(way.url).port)!.id)
  }

  for (const place of [0, 1])
    it(`keep the later of two writes, if the earlier one of server ${place + 1} is held up there and sent again`, async () => {
      const id = await farId()
      const targets = await Promise.all(cluster.servers.map(({ url }) => serverTarget(url, cluster.dataDir)))
      const [earlier, later] = [2 * place + 1, 2 * place + 2]
      // The connections between the nodes are made, so that the write itself is held up.
      await targets[place]!.putUsers([{ id, call: 0 }])
      const release = way.hold()
      const acknowledged = targets[place]!.putUsers([{ id, call: earlier }])
      await setTimeout(500)
      way.strand()
      await acknowledged
      await targets[1 - place]!.putUsers([{ id, call: later }])
      release()
      await setTimeout(1000)
      await using store = await openStore(cluster.dataDir, cluster.database)
      const users = await Array.fromAsync((await foundByServer(store)).put)
      assert.equal(users.find(user => user.id === id)?.call, later)
    })
})
