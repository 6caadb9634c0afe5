import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { NODES } from '#test/nodes.ts'
import { openStore } from '../../src/store/open.ts'
import { foundByServer, serverTarget } from '../crash/server-target.ts'
import { type Cluster, patientClients, roundsOf, startCluster } from './cluster.ts'

const ROUNDS = roundsOf(4)
const ROWS = 30_000

describe(`a bulk import while ${NODES.join(' or ')} is killed`, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  it(`is whole when it is ACTIVE, ${ROUNDS} times each`, async () => {
    const { url } = cluster.servers[0]!
    const target = await serverTarget(url, cluster.dataDir, patientClients(url))
    await using store = await openStore(cluster.dataDir, cluster.database)
    for (let call = 1; call <= ROUNDS * NODES.length; call++) {
      const node = cluster.nodes[call % NODES.length]!
      const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `imported-${n}`, call }))
      const imported = target.importUsers(rows)
      await setTimeout(300 + Math.random() * 500)
      await node.kill()
      await node.start()
      await imported
      const found = await Array.fromAsync((await foundByServer(store)).imported)
      assert.deepEqual([found.length, found.filter(row => row.call !== call).length], [ROWS, 0])
    }
    console.log(`faults: ${NODES.join(', ')} restarted during ${ROUNDS} imports of ${ROWS} rows each, lost 0`)
  })
})
