import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { openTestServices, type TestServices } from '#test/services.ts'
import { createDatasetGroup } from '../operations/dataset-groups/create-dataset-group.ts'
import { createDataset } from '../operations/datasets/create-dataset.ts'
import { createSchema } from '../operations/schemas/create-schema.ts'
import { type JobThreads, openThreads } from './threads.ts'

const schema = JSON.stringify({
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: ['null', 'int'] },
  ],
  version: '1.0',
})

describe('the threads of jobs', () => {
  let services: TestServices
  let datasetArn: string
  let threads: JobThreads
  let jobs = 0
  beforeEach(async () => {
    services = await openTestServices()
    threads = openThreads({ lightMb: 512, heavyMb: 1024 })
    const { schemaArn } = await createSchema.run(services, { name: 'users', schema })
    const { datasetGroupArn } = await createDatasetGroup.run(services, { name: 'shop' })
    const made = { name: 'users', schemaArn: schemaArn!, datasetGroupArn: datasetGroupArn!, datasetType: 'Users' }
    datasetArn = (await createDataset.run(services, made)).datasetArn!
    await mkdir(`${services.dataDir}/s3/b`, { recursive: true })
    await writeFile(`${services.dataDir}/s3/b/one.csv`, 'USER_ID,AGE\nann,1\n')
  })
  afterEach(async () => {
    await threads.close()
    await services[Symbol.asyncDispose]()
  })

  /** Imports a row; tells whether that is done, and whether the thread had done another job before. */
  const doJob = async ({ isHeavy = false, isNew = false } = {}) => {
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
    const job = { arn, handle, dataDir, limits, strictImports: false, s3: 'folder' } as const
    const { promise, resolve } = Promise.withResolvers<{ isDone: boolean; isUsed: boolean }>()
    const thread = threads.begin(job, transfer, {
      isHeavy,
      isNew,
      progress() {},
      hint() {},
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
    assert.deepEqual(await doJob({ isHeavy: true }), done(false))
    assert.deepEqual(await doJob(), done(false))
    assert.deepEqual(await doJob({ isHeavy: true }), done(false))
    assert.deepEqual(await doJob({ isNew: true }), done(false))
    assert.deepEqual(await doJob(), done(true))
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
