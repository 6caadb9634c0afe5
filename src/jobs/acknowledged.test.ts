import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import {
  CreateDataDeletionJobCommand,
  CreateDatasetImportJobCommand,
  DescribeDataDeletionJobCommand,
  DescribeDatasetImportJobCommand,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { historyOf, propertiesOf } from '#test/http.ts'
import { assertActive, finished, putFile, ROLE } from '#test/jobs.ts'
import { createDataset, createTracker, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'

/** A job counts from when its call was answered, however long it waits for a worker. */
describe('what is put after a job was created', () => {
  /** Runs it with a server that does no jobs; returns a function that starts one that does on the same data. */
  const heldUp = async (t: TestContext) => {
    const used = new AsyncDisposableStack()
    t.after(() => used.disposeAsync())
    const dataDir = await temporaryDirectory()
    used.defer(() => rm(dataDir, { recursive: true }))
    const idle = await startTestServer({ dataDir, workers: 0 })
    const start = async () => used.use(await startTestServer({ dataDir }))
    const resume = async () => {
      await idle[Symbol.asyncDispose]()
      return start()
    }
    return { dataDir, idle, resume, start }
  }
  const putUser = ({ events }: TestServer, datasetArn: string, userId: string, age: number) =>
    events.send(new PutUsersCommand({ datasetArn, users: [{ userId, properties: JSON.stringify({ age }) }] }))
  let jobs = 0
  const beginImport = async (server: TestServer, datasetArn: string, text: string, importMode?: ImportMode) => {
    const jobName = `acknowledged-${++jobs}`
    const dataSource = { dataLocation: await putFile(server, `${jobName}.csv`, text) }
    const request = { jobName, datasetArn, dataSource, roleArn: ROLE, importMode }
    return (await server.personalize.send(new CreateDatasetImportJobCommand(request))).datasetImportJobArn!
  }
  const imported = async ({ personalize }: TestServer, datasetImportJobArn: string) => {
    const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
    assertActive(await finished(async () => (await personalize.send(command)).datasetImportJob))
  }
  const beginDeletion = async (server: TestServer, datasetGroupArn: string, text: string) => {
    const jobName = `acknowledged-${++jobs}`
    const dataSource = { dataLocation: await putFile(server, `${jobName}.csv`, text) }
    const request = { jobName, datasetGroupArn, dataSource, roleArn: ROLE }
    return (await server.personalize.send(new CreateDataDeletionJobCommand(request))).dataDeletionJobArn!
  }
  const deleted = async ({ personalize }: TestServer, dataDeletionJobArn: string) => {
    const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
    const job = await finished(async () => (await personalize.send(command)).dataDeletionJob)
    assert.equal(job.status, 'COMPLETED')
    return job.numDeleted
  }
  const agesOf = async (server: TestServer, datasetArn: string, ids: readonly string[]) =>
    Promise.all(ids.map(async id => (await propertiesOf(server, datasetArn, id))?.age))

  it('is newer than a FULL import, and what was put before it is older', async t => {
    const { idle, resume } = await heldUp(t)
    const { datasetArn } = await createUsersDataset(idle)
    await putUser(idle, datasetArn, 'before', 1)
    const job = await beginImport(idle, datasetArn, 'USER_ID,AGE\nbefore,2\nafter,2\n')
    await putUser(idle, datasetArn, 'after', 3)
    const server = await resume()
    await imported(server, job)
    assert.deepEqual(await agesOf(server, datasetArn, ['before', 'after']), [2, 3])
  })

  it('is newer than an INCREMENTAL import; two imports keep their order among each other', async t => {
    const { dataDir, idle, resume, start } = await heldUp(t)
    const { datasetArn } = await createUsersDataset(idle)
    const first = await beginImport(idle, datasetArn, 'USER_ID,AGE\nkept,1\nbefore,1\nafter,1\nbetween,1\n')
    const server = await resume()
    await imported(server, first)
    await server[Symbol.asyncDispose]()
    const again = await startTestServer({ dataDir, workers: 0 })
    const second = await beginImport(again, datasetArn, 'USER_ID,AGE\nbefore,2\nbetween,2\nafter,2\n', 'INCREMENTAL')
    for (const userId of ['before', 'after', 'between']) await putUser(again, datasetArn, userId, 3)
    const third = await beginImport(again, datasetArn, 'USER_ID,AGE\nbefore,4\nafter,4\n', 'INCREMENTAL')
    await putUser(again, datasetArn, 'after', 5)
    await again[Symbol.asyncDispose]()
    const last = await start()
    for (const job of [second, third]) await imported(last, job)
    assert.deepEqual(await agesOf(last, datasetArn, ['kept', 'before', 'between', 'after']), [1, 4, 3, 5])
  })

  it('is newer than an import that waits behind a long one', async t => {
    const server = await startTestServer({ workers: 1 })
    t.after(() => server[Symbol.asyncDispose]())
    const { datasetArn } = await createUsersDataset(server)
    const other = await createUsersDataset(server, { group: 'other' })
    const rows = Array.from({ length: 100_000 }, (_, i) => `u${i},1`)
    await beginImport(server, other.datasetArn, ['USER_ID,AGE', ...rows].join('\n'))
    const job = await beginImport(server, datasetArn, 'USER_ID,AGE\nann,1\n')
    await putUser(server, datasetArn, 'ann', 2)
    await imported(server, job)
    assert.deepEqual(await agesOf(server, datasetArn, ['ann']), [2])
  })

  it('is newer than an import which another worker takes over', async t => {
    const { dataDir, idle, resume } = await heldUp(t)
    const { datasetArn } = await createUsersDataset(idle)
    const job = await beginImport(idle, datasetArn, 'USER_ID,AGE\nbefore,1\nafter,1\n')
    await putUser(idle, datasetArn, 'after', 2)
    // As a worker leaves it that died while it read the file.
    await idle[Symbol.asyncDispose]()
    const store = await openTestStore(dataDir)
    const { id } = (await store.resources.get(datasetArn))!
    const generation = await store.imports.begin(id)
    await store.imports.stageRecords(id, generation, [{ id: 'abandoned', fields: '[1]' }])
    await store.resources.update(job, { status: 'CREATE IN_PROGRESS', document: { phase: 'staging', generation } })
    await store.close()
    const server = await resume()
    await imported(server, job)
    assert.deepEqual(await agesOf(server, datasetArn, ['before', 'after', 'abandoned']), [1, 2, undefined])
  })

  it('stays where it is put again after the deletion of its user was asked for', async t => {
    const { idle, resume } = await heldUp(t)
    const { datasetArn, datasetGroupArn } = await createUsersDataset(idle)
    const interactions = (await createDataset(idle, 'Interactions')).datasetArn
    const trackingId = await createTracker(idle, datasetGroupArn)
    const putEvent = (userId: string, itemId: string) => {
      const eventList = [{ eventType: 'click', itemId, sentAt: new Date(1_700_000_000_000) }]
      return idle.events.send(new PutEventsCommand({ trackingId, sessionId: `of ${userId}`, userId, eventList }))
    }
    for (const userId of ['gone', 'again']) {
      await putUser(idle, datasetArn, userId, 1)
      await putEvent(userId, 'old')
    }
    const job = await beginDeletion(idle, datasetGroupArn, 'USER_ID\ngone\nagain\n')
    await putUser(idle, datasetArn, 'again', 2)
    await putEvent('again', 'new')
    const server = await resume()
    assert.equal(await deleted(server, job), 1 + 2)
    assert.deepEqual(await agesOf(server, datasetArn, ['gone', 'again']), [undefined, 2])
    assert.deepEqual(await historyOf(server, interactions, 'gone'), [])
    assert.deepEqual(
      (await historyOf(server, interactions, 'again')).map(({ itemId }) => itemId),
      ['new'],
    )
  })

  it('is deleted where it was imported before the deletion was asked for, and stays where after', async t => {
    const { idle, resume } = await heldUp(t)
    const { datasetArn, datasetGroupArn } = await createUsersDataset(idle)
    const first = await beginImport(idle, datasetArn, 'USER_ID,AGE\nann,1\nben,1\n')
    const deletion = await beginDeletion(idle, datasetGroupArn, 'USER_ID\nann\nben\n')
    const second = await beginImport(idle, datasetArn, 'USER_ID,AGE\nben,2\n')
    const server = await resume()
    await imported(server, first)
    assert.equal(await deleted(server, deletion), 2)
    await imported(server, second)
    assert.deepEqual(await agesOf(server, datasetArn, ['ann', 'ben']), [undefined, 2])
  })

  it('does not change what jobs of an older version do, which have no place of their own', async t => {
    const { dataDir, idle, resume } = await heldUp(t)
    const { datasetArn, datasetGroupArn } = await createUsersDataset(idle)
    const jobs = [
      await beginImport(idle, datasetArn, 'USER_ID,AGE\nann,1\nben,1\n'),
      await beginDeletion(idle, datasetGroupArn, 'USER_ID\nben\n'),
    ]
    await idle[Symbol.asyncDispose]()
    const store = await openTestStore(dataDir)
    for (const arn of jobs) {
      const job = (await store.resources.get(arn))!
      const { seq: _, ...document } = job.document
      await store.resources.remove(arn)
      await store.resources.create({ ...job, document })
    }
    await store.close()
    const server = await resume()
    await imported(server, jobs[0]!)
    assert.equal(await deleted(server, jobs[1]!), 1)
    assert.deepEqual(await agesOf(server, datasetArn, ['ann', 'ben']), [1, undefined])
  })
})
