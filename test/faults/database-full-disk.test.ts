import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { eventually } from '#test/eventually.ts'
import { NODES } from '#test/nodes.ts'
import { assertRetried, assertWhole, counted, Outcomes, startCluster, underLoad } from './cluster.ts'
import { mountDisk } from './full-disk.ts'

/** Room for the data of each node, and for the programs of PostgreSQL, which root has to copy. */
const MEGABYTES = 400 * NODES.length

describe('two servers whose PostgreSQL has a full disk', () => {
  it('refuse with a 503 until there is room, and have every acknowledged call whole', async (t: TestContext) => {
    using disk = mountDisk(MEGABYTES)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const { TMPDIR } = process.env
    process.env.TMPDIR = disk.path // where PostgreSQL puts itself
    await using cluster = await startCluster({ settings: { wal_recycle: 'off', max_wal_size: '32MB' } })
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
    const outcomes = new Outcomes()
    await underLoad(cluster, 0, outcomes, async () => {
      await setTimeout(500)
      disk.fill()
      await eventually('a call to fail', () => outcomes.failures.length > 0)
      await setTimeout(500)
      disk.clear()
      // PostgreSQL ends itself if it cannot write its log, as after a power failure.
      for (const node of cluster.nodes) {
        await node.kill()
        await node.start()
      }
      await setTimeout(1000)
    })
    assertRetried(outcomes)
    await assertWhole(cluster, outcomes)
    console.log(`faults: the disk of PostgreSQL full, ${counted(outcomes)}`)
  })
})
