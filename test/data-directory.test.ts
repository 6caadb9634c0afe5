import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CreateDatasetExportJobCommand, DescribeSchemaCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { ROLE } from '#test/jobs.ts'
import { clientsOf, createUsersDataset, startTestServer } from '#test/server.ts'
import { start } from './crash/server-process.ts'

const run = promisify(execFile)

/** A server with the embedded store, whose directory is deleted, moved, emptied or not its own. */
describe('the data directory', () => {
  const directory = async (t: TestContext) => {
    const made = await temporaryDirectory()
    t.after(() => rm(made, { recursive: true, force: true }))
    return made
  }

  it('if deleted under a server, makes it not ready: it acknowledges nothing, and logs the reason', async t => {
    const dataDir = await directory(t)
    const server = await start(dataDir)
    const clients = clientsOf(server.url)
    await using _running = {
      async [Symbol.asyncDispose]() {
        for (const client of Object.values(clients)) client.destroy()
        await server.kill()
      },
    }
    const { datasetArn, schemaArn } = await createUsersDataset(clients)
    const put = () => clients.events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'ann' }] }))
    await put()
    process.kill(server.pid, 'SIGSTOP') // it would write a file meanwhile
    await rm(dataDir, { recursive: true })
    process.kill(server.pid, 'SIGCONT')
    await setTimeout(50) // it looks at its files every 20 ms
    const ready = await fetch(`${server.url}/readyz`)
    assert.equal(ready.status, 503)
    assert.match(((await ready.json()) as { reason: string }).reason, /^the data directory is gone/)
    const unavailable = { name: 'ServiceUnavailable' }
    const jobOutput = { s3DataDestination: { path: 's3://b/out/' } }
    const job = { jobName: 'out', datasetArn, jobOutput, roleArn: ROLE }
    await assert.rejects(put(), unavailable)
    await assert.rejects(clients.personalize.send(new CreateDatasetExportJobCommand(job)), unavailable)
    assert.ok(await clients.personalize.send(new DescribeSchemaCommand({ schemaArn })))
    assert.equal(await server.kill('SIGTERM'), 0)
    const reasons = server.logged().filter(({ msg }) => msg === 'the store is unavailable')
    assert.ok(reasons.length >= 2)
    for (const { reason } of reasons) assert.match(reason!, /^the data directory is gone/)
    assert.ok(!existsSync(dataDir))
  })

  for (const [what, lose] of [
    ['is missing', (database: string) => rm(database)],
    ['is empty', (database: string) => writeFile(database, '')],
    [
      'is of another store',
      async (database: string) => {
        const other = await temporaryDirectory()
        await (await startTestServer({ dataDir: other }))[Symbol.asyncDispose]()
        await rename(`${other}/personalite.sqlite`, database)
        await rm(other, { recursive: true })
      },
    ],
  ] as const) {
    it(`is not served as a new one if the database ${what} beside the models of another`, async t => {
      const dataDir = await directory(t)
      await (await startTestServer({ dataDir }))[Symbol.asyncDispose]()
      await mkdir(`${dataDir}/models/7`)
      await writeFile(`${dataDir}/models/7/model.safetensors`, 'a model')
      await lose(`${dataDir}/personalite.sqlite`)
      for (let attempt = 0; attempt < 2; attempt++)
        await assert.rejects(startTestServer({ dataDir }), {
          message:
            /models: the models there belong to another store: .*where the database was lost.*restore it from a backup/,
        })
      assert.deepEqual(await readdir(`${dataDir}/models/7`), ['model.safetensors'])
    })
  }

  it('is backed up without the models of another store, on which no server would start', async t => {
    const dataDir = await directory(t)
    await (await startTestServer({ dataDir }))[Symbol.asyncDispose]()
    await writeFile(`${dataDir}/models/personalite-store-id`, 'another')
    const to = `${await directory(t)}/backup`
    await mkdir(`${to}.part`)
    const { stdout } = await run(process.execPath, ['src/main.ts', 'backup', '--data-dir', dataDir, '--to', to])
    assert.match(stdout, /Left out .*models: the models there belong to another store/)
    await (await startTestServer({ dataDir: to }))[Symbol.asyncDispose]()
    assert.deepEqual((await readdir(dirname(to))).sort(), ['backup', 'backup.part'])
  })

  it('takes no backup inside itself', async t => {
    const dataDir = await directory(t)
    await (await startTestServer({ dataDir }))[Symbol.asyncDispose]()
    const link = `${await directory(t)}/link`
    await symlink(dataDir, link)
    for (const to of [`${dataDir}/backup`, `${dataDir}/models/backup`, `${link}/backup`]) {
      const command = ['src/main.ts', 'backup', '--data-dir', dataDir, '--to', to]
      await assert.rejects(run(process.execPath, command), /is in the data directory: name a folder outside of/)
      assert.ok(!existsSync(to))
    }
  })
})
