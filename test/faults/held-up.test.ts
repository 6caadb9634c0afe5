import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { NODES, PLACES } from '#test/nodes.ts'
import { openStore } from '../../src/store/open.ts'
import { foundByServer, serverTarget } from '../crash/server-target.ts'
import { startBehindProxy } from './cluster.ts'

/** The proxy between a node and the first of two servers holds up its bytes. */
for (const node of PLACES)
  describe(`a write that is held up on its way to ${NODES[node]}`, () => {
    let cluster: Awaited<ReturnType<typeof startBehindProxy>>
    before(async () => {
      cluster = await startBehindProxy(node)
    })
    after(() => cluster?.[Symbol.asyncDispose]())

    const put = async (server: number, call: number) => {
      const target = await serverTarget(cluster.servers[server]!.url, cluster.dataDir)
      return () => target.putUsers([{ id: 'late', call }])
    }
    /** The call that wrote the user last, some time after all held bytes have arrived. */
    const standing = async () => {
      await setTimeout(1000)
      await using store = await openStore(cluster.dataDir, cluster.database)
      const [user] = await Array.fromAsync((await foundByServer(store)).put)
      return user?.call
    }

    it('is not applied after a later one, if the server has sent it again', async () => {
      const [earlier, later] = [await put(0, 1), await put(1, 2)]
      const release = cluster.way.hold()
      const acknowledged = earlier()
      await setTimeout(500)
      cluster.way.strand()
      await acknowledged
      await later()
      release()
      assert.equal(await standing(), 2)
    })

    it('is not applied after a later one, if the server has given it up, with a 503', async () => {
      const [earlier, later] = [await put(0, 3), await put(1, 4)]
      const release = cluster.way.hold()
      await assert.rejects(earlier(), { name: 'ServiceUnavailable' })
      await later()
      release()
      assert.equal(await standing(), 4)
      console.log('faults: two writes held up on their way, later ones lost 0')
    })
  })
