import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { putFile } from '#test/jobs.ts'
import { openTestServices, type TestServices } from '#test/services.ts'
import { createUsersWithAge } from '#test/solutions.ts'
import { type JobThreads, openThreads, type Weight } from './threads.ts'

describe('the threads of jobs', () => {
  let services: TestServices
  let datasetArn: string
  let threads: JobThreads
  let jobs = 0
  beforeEach(async () => {
    services = await openTestServices()
    threads = openThreads({ lightMb: 512, heavyMb: 1024 })
    datasetArn = await createUsersWithAge(services)
    await putFile(services, 'one.csv', 'USER_ID,AGE\nann,1\n')
  })
  afterEach(async () => {
    await threads.close()
    await services[Symbol.asyncDispose]()
  })

  /** Imports a row; tells whether that is done, and whether the thread had done another job before. */
  const doJob = async ({ weight = 'light' as Weight, isNew = false } = {}) => {
    const { store, dataDir, arns } = services
    const arn = arns.of(`dataset-import-job/${++jobs}`)
    const document = { importMode: 'FULL', dataSource: { dataLocation: 's3://b/one.csv' } }
    const status = 'CREATE PENDING'
    const { id } = await store.resources.create({
      kind: 'dataset-import-job',
      arn,
      parent: datasetArn,
      status,
      document,
    })
    const { handle, transfer } = store.share({ job: id, worker: 'test' })
    await store.claims.take(id, 'test', 60_000)
    const limits = { quotas: false, minimums: false }
    const job = {
      arn,
      handle,
      dataDir,
      limits,
      bounds: {},
      snapshotsFrom: Infinity,
      strictImports: false,
      keepEvents: 'forever',
      threads: 1,
      s3: 'folder',
    } as const
    const { promise, resolve } = Promise.withResolvers<{ isDone: boolean; isUsed: boolean }>()
    const thread = threads.begin(job, transfer, {
      weight,
      isNew,
      progress() {},
      hint() {},
      storeUnavailable() {},
      found: () => thread.goOn(),
      crashed() {},
      ended: isDone => resolve({ isDone, isUsed: thread.isUsed }),
    })
    return promise
  }
  const done = (isUsed: boolean) => ({ isDone: true, isUsed })

  it('do one light job after the other', async () => {
    assert.deepEqual(await doJob(), done(false))
    for (let again = 0; again < 3; again++) assert.deepEqual(await doJob(), done(true))
  })

  it('are new for a heavy job, and end with it', async () => {
    assert.deepEqual(await doJob({ weight: 'heavy' }), done(false))
    assert.deepEqual(await doJob(), done(false))
    assert.deepEqual(await doJob({ weight: 'heavy' }), done(false))
    assert.deepEqual(await doJob({ isNew: true }), done(false))
    assert.deepEqual(await doJob(), done(true))
  })

  it('do one batch after the other, and nothing else', async () => {
    assert.deepEqual(await doJob({ weight: 'batch' }), done(false))
    assert.deepEqual(await doJob(), done(false))
    assert.deepEqual(await doJob({ weight: 'batch' }), done(true))
  })

  it('do no other job when one has crashed in them', async () => {
    assert.deepEqual(await doJob(), done(false))
    const { columns } = (await services.store.resources.get(datasetArn))!.document
    await services.store.resources.update(datasetArn, { document: { columns: 'no list: a fault' } })
    assert.deepEqual(await doJob(), { isDone: false, isUsed: true })
    await services.store.resources.update(datasetArn, { document: { columns } })
    assert.deepEqual(await doJob(), done(false))
  })
})
