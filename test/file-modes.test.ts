import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { infer } from '#test/batches.ts'
import { temporaryDirectory } from '#test/directory.ts'
import { assertActive, exportTo } from '#test/jobs.ts'
import { createMarket, train } from '#test/market.ts'
import { clientsOf } from '#test/server.ts'
import { start } from './crash/server-process.ts'

describe('the files of a server', () => {
  it('are readable by their owner alone, in a directory that others may read: database, lock, models, exports, batches', async () => {
    // The umask of most users' shells.
    const before = process.umask(0o022)
    const dataDir = await temporaryDirectory()
    await chmod(dataDir, 0o755)
    const server = await start(dataDir)
    const clients = { ...clientsOf(server.url), url: server.url, dataDir, async [Symbol.asyncDispose]() {} }
    const backup = `${dataDir}-backup`
    try {
      const market = await createMarket(clients)
      const { solutionVersionArn } = await train(clients, market.datasetGroupArn, 'aws-user-personalization-v2')
      assertActive(await exportTo(clients, market.users, 's3://exports/users/'))
      assertActive((await infer(clients, [{ userId: 'Member-1' }], { solutionVersionArn: solutionVersionArn! })).job)
      const command = ['src/main.ts', 'backup', '--data-dir', dataDir, '--to', backup]
      await promisify(execFile)(process.execPath, command)
      const found = [...(await modesIn(dataDir)), ...(await modesIn(backup))]
      for (const written of [
        /^personalite\.sqlite /,
        /^personalite\.sqlite-wal /,
        /^lock\.sqlite /,
        /^models\/\d+\/.*\.safetensors /,
        /^models\/personalite-store-id /,
        /^s3\/exports\/users\/.*\.csv /,
        /^s3\/b\/.*\.out /,
      ])
        assert.ok(
          found.some(line => written.test(line)),
          `${written}`,
        )
      assert.deepEqual(
        found.filter(line => !/ (file 600|folder 700)$/.test(line)),
        [],
      )
    } finally {
      process.umask(before)
      for (const client of [clients.personalize, clients.events, clients.runtime]) client.destroy()
      await server.kill()
      for (const folder of [dataDir, backup]) await rm(folder, { recursive: true, force: true })
    }
  })
})

/** `<path> <file or folder> <mode>` of everything in a folder, except for the test's own files in the bucket `b`. */
async function modesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const lines = entries.map(async entry => {
    const path = join(entry.parentPath, entry.name)
    const mode = ((await stat(path)).mode & 0o777).toString(8)
    return `${path.slice(folder.length + 1)} ${entry.isFile() ? 'file' : 'folder'} ${mode}`
  })
  return (await Promise.all(lines)).filter(line => !/^s3\/b( |\/.*(folder|csv|json) )/.test(line) && !/^s3 /.test(line))
}
