import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startPostgres } from '#test/postgres.ts'
import { assertRetried, assertWhole, type Cluster, counted, Outcomes, startCluster, underLoad } from './cluster.ts'

describe('a backup of PostgreSQL, by its low-level API', () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster({ settings: { wal_keep_size: '1GB' } })
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  it('while two servers serve, has every call that was acknowledged before it began, and no call in part', async () => {
    const [all, before] = [new Outcomes(), new Outcomes()]
    const backup = join(cluster.dataDir, 'backup')
    await underLoad(cluster, 0, all, async () => {
      await setTimeout(1000)
      all.acknowledged.forEach(before.acknowledge)
      await backUp(cluster, backup)
      await setTimeout(200)
    })
    assertRetried(all)
    await assertWhole(cluster, all)
    await using restored = await startPostgres({}, backup)
    const database = Object.assign(new URL(restored.url), { pathname: new URL(cluster.database).pathname }).href
    await assertWhole({ dataDir: cluster.dataDir, database }, before)
    console.log(`faults: PostgreSQL backed up while serving, before ${counted(before)}`)
  })
})

/** https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function backUp({ nodes }: Cluster, to: string): Promise<void> {
  const { url, dataDir } = nodes[0]!
  const client = new Client(url)
  await client.connect()
  await client.query("SELECT pg_backup_start('faults', true)")
  await copy(dataDir, to)
  const { rows } = await client.query('SELECT labelfile, spcmapfile FROM pg_backup_stop(false)')
  await client.end()
  await rm(join(to, 'postmaster.pid'))
  await rm(join(to, 'pg_wal'), { recursive: true })
  await copy(join(dataDir, 'pg_wal'), join(to, 'pg_wal'))
  await writeFile(join(to, 'backup_label'), rows[0].labelfile)
}

/** Files may be deleted while they are copied. Any other missing file is found when the copy is started. */
async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-R', from, to]).catch(() => {})
}
