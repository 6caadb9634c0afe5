import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { DescribeDatasetGroupCommand, ListDatasetImportJobsCommand } from '@aws-sdk/client-personalize'
import { temporaryDirectory } from '#test/directory.ts'
import { countOf, inspect, post } from '#test/http.ts'
import { clientsOf, type TestServer } from '#test/server.ts'
import type { AccessKey } from '../../src/config/config.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer, serverTarget } from '../crash/server-target.ts'
import { assertSame, type Filled, fill, repliesOf } from './replies.ts'
import { isMissing, takeVersionBefore, type VersionBefore } from './version-before.ts'

const LATE = 7

describe('a data directory of the version before', { skip: isMissing() }, () => {
  const used = new AsyncDisposableStack()
  let program: VersionBefore
  let dataDir: string
  let running: ServerProcess
  let filled: Filled
  let key: AccessKey
  let nextToken: string | undefined
  /** Of the version before. */
  let replies: Readonly<Record<string, unknown>>

  const serve = async (main?: string): Promise<TestServer> => {
    const env = { PERSONALITE_TEST_NOW: '2026-11-23T12:00:00Z' }
    running = await start(dataDir, ['--s3', 'folder', '--log-level', 'warn'], env, main)
    return { url: running.url, ...clientsOf(running.url), dataDir, async [Symbol.asyncDispose]() {} }
  }
  const importsAfter = async ({ personalize }: TestServer, token?: string) => {
    const page = new ListDatasetImportJobsCommand({ maxResults: 1, nextToken: token })
    return personalize.send(page)
  }

  before(async () => {
    program = used.use(takeVersionBefore())
    dataDir = await temporaryDirectory()
    used.defer(() => rm(dataDir, { recursive: true, maxRetries: 5 }))
    used.defer(async () => void (await running?.kill()))
    const older = await serve(program.main)
    filled = await fill(older)
    await prepareServer(older.url)
    const created = await post(older, '/inspect/keys', { name: 'reader', policy: 'read-only' })
    key = (await created.json()) as AccessKey
    nextToken = (await importsAfter(older)).nextToken
    replies = await repliesOf(older, filled)
    // The killed server has these in its logs alone.
    const target = await serverTarget(older.url, dataDir)
    const calls = Array.from({ length: LATE }, (_, call) => call)
    for (const call of calls) {
      const rows = [{ id: `late-${call}`, call, itemId: `${call}` }]
      await Promise.all([target.putUsers(rows), target.putItems(rows), target.putEvents(rows)])
    }
    await running.kill()
  })
  after(() => used.disposeAsync())

  it('is opened by this one, which answers as the other did, and has all that was acknowledged', async () => {
    const newer = await serve()
    const now = await repliesOf(newer, filled)
    for (const [name, reply] of Object.entries(replies)) assertSame(now[name], reply, name)
    assert.deepEqual(Object.keys(now), Object.keys(replies))
    const group = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop'
    for (const type of ['USERS', 'ITEMS', 'INTERACTIONS'])
      assert.equal((await countOf(newer, `${group}/${type}`)).rows, LATE)
    assert.equal((await importsAfter(newer, nextToken)).datasetImportJobs!.length, 1)
    assert.deepEqual(running.logged(), [])
  })

  it('has its keys, which this one accepts', async () => {
    const { personalize } = clientsOf(running.url, key)
    const { datasetGroupArn } = filled.market
    const { datasetGroup } = await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.equal(datasetGroup!.status, 'ACTIVE')
    const { keys } = await inspect<{ keys: { name: string }[] }>({ url: running.url }, '/inspect/keys', {})
    assert.deepEqual(
      keys.map(({ name }) => name),
      ['reader'],
    )
  })
})
