import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { clientsOf, createUsersDataset } from '#test/server.ts'
import { openDatabase } from '../../src/store/postgres/database.ts'
import { MIGRATIONS_KNOWN, migrate } from '../../src/store/postgres/migrate.ts'
import { type ServerProcess, start, startWorker } from '../crash/server-process.ts'

const REASON = /newer version of personalite .* cannot follow: start the newer/

describe('a server and a worker that a newer version has made too old', () => {
  let postgres: Postgres
  let dataDir: string
  let server: ServerProcess
  let worker: ServerProcess
  const args = () => ['--store', postgres.url, '--log-level', 'warn']
  before(async () => {
    dataDir = await temporaryDirectory()
    postgres = await startPostgres({ fsync: 'off' })
    server = await start(dataDir, [...args(), '--drain', '2'])
    worker = await startWorker(dataDir, args())
  })
  after(async () => {
    await Promise.all([server?.kill(), worker?.kill()])
    await postgres[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, maxRetries: 5 })
  })

  it('take no writes any more, say why, and end', async () => {
    const clients = clientsOf(server.url)
    const { datasetArn } = await createUsersDataset(clients)
    const put = () => clients.events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'ann' }] }))
    await put()
    await using db = openDatabase(postgres.url, { connections: 1 })
    const text = 'ALTER TABLE records RENAME COLUMN fields TO properties'
    await migrate(db, () => {}, [...MIGRATIONS_KNOWN, { name: '9999-later.sql', number: 9999, text, oldest: 9999 }])
    await assert.rejects(put(), { name: 'ServiceUnavailable' })
    const readiness = await fetch(`${server.url}/readyz`)
    assert.equal(readiness.status, 503)
    for (const process of [server, worker]) {
      assert.equal(await process.ended, 1)
      assert.match(process.logged().find(({ reason }) => reason)!.reason!, REASON)
    }
  })

  it('do not start again, and say what to do', async () => {
    await assert.rejects(start(dataDir, args()), /9999-later\.sql\), which this version cannot follow: start the newer/)
  })
})
