import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateDataDeletionJobCommand,
  CreateDatasetImportJobCommand,
  DeleteDatasetCommand,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { type FaultyWrites, openFaultyWrites } from '#test/faulty-writes.ts'
import { assertActive, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { clientsOf, createDataset, createTracker } from '#test/server.ts'
import { openTestStore, storeUrl } from '#test/store.ts'
import { openInspection } from '../../src/cli/client.ts'
import { start } from './server-process.ts'

/** On PostgreSQL the jobs of a server that was killed are another's after this time. */
const LAPSE = { PERSONALITE_JOB_LAPSE_MS: '2000' }

const USERS = 400
const DAY_MS = 86_400_000
/** The server is killed after it has written this many rows. */
const WRITES = [3, 300]

const TABLES = ['resources', 'records', 'interactions', 'sessions', 'dataset_state', 'purges', 'event_ids']
const OF_SQLITE = ['puts', 'packs', 'event_puts', 'event_calls', 'pending_ids']
const OF_POSTGRES = ['changes']

type Server = Awaited<ReturnType<typeof serve>>

async function serve(dataDir: string) {
  const store = await storeUrl(dataDir)
  const server = await start(dataDir, ['--s3', 'folder', ...(store ? ['--store', store] : [])], LAPSE)
  return { ...server, ...clientsOf(server.url) }
}

/** An event of each user, as a file has it; times are whole seconds. */
const rowsOf = (itemId: string, time: number) => Array.from({ length: USERS }, (_, n) => `user-${n},${itemId},${time}`)

/** The store holds a write of the server still, so that the kill comes in the middle of a transaction. */
describe('a server that is killed in the middle of a transaction', () => {
  let dataDir: string
  let server: Server
  let store: FaultyWrites
  let users: string
  let interactions: string
  let group: string
  let trackingId: string
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await serve(dataDir)
    users = (await createDataset(server, 'Users')).datasetArn
    const made = await createDataset(server, 'Interactions', { fields: FIELDS })
    interactions = made.datasetArn
    group = made.datasetGroupArn
    trackingId = await createTracker(server, group)
    expected = rowsOf('import-0', now)
    const first = ['USER_ID,ITEM_ID,TIMESTAMP', ...expected].join('\n')
    assertActive(await importFrom(server, interactions, await putFile({ dataDir }, 'first.csv', first)))
    const isEmbedded = (await storeUrl(dataDir)) === undefined
    store = await openFaultyWrites(dataDir, 'stands still', [...TABLES, ...(isEmbedded ? OF_SQLITE : OF_POSTGRES)])
  })
  after(async () => {
    await server?.kill()
    await store?.mend()
    await store?.[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  /** All that the store has to do has been done: jobs, deletions of rows, and the move from the log to the tables. */
  const isSettled = async () => {
    const waiting = ["resources WHERE status LIKE '%PENDING' OR status LIKE '%IN_PROGRESS'", 'purges']
    if ((await storeUrl(dataDir)) === undefined)
      waiting.push('puts WHERE seq > (SELECT applied FROM sequence)', 'event_puts')
    const left = await Promise.all(waiting.map(from => store.query(`SELECT 1 FROM ${from} LIMIT 1`)))
    return left.every(rows => rows.length === 0)
  }
  const settled = () => eventually('all to be done', isSettled)
  const restart = async () => {
    await server.kill()
    await store.mend()
    server = await serve(dataDir)
  }
  /** Sends requests, and kills the server after some writes. Then the client sends them again. */
  const killedAfter = async (writes: number, send: () => Promise<unknown>, isDone = isSettled) => {
    await settled()
    await store.faultyAfter(writes)
    let isAnswered = false
    const answered = send().then(
      () => {
        isAnswered = true
      },
      () => {},
    )
    await eventually('a write to stand still, or the end', async () => {
      return (await store.isStanding()) || (isAnswered && (await isDone()))
    })
    await restart()
    await answered
    await send().catch(error => assert.equal(error.name, 'ResourceAlreadyExistsException'))
    await eventually('all to be done', isDone)
  }
  const storedRows = async () => {
    await server.kill('SIGTERM')
    const found = await readRows()
    server = await serve(dataDir)
    return found
  }
  const readRows = async () => {
    await using read = await openTestStore(dataDir)
    const { id } = (await read.resources.get(interactions))!
    const { id: ofUsers } = (await read.resources.get(users))!
    const rows = await Array.fromAsync(
      read.interactions.scan(id, 'ALL'),
      ({ userId, itemId, timestampMs }) => `${userId},${itemId},${timestampMs / 1000}`,
    )
    const people = await Array.fromAsync(read.records.scan(ofUsers, 'ALL'), ({ id, fields }) => `${id} ${fields}`)
    return [...rows, ...people].toSorted()
  }

  /** All that is to be there. */
  let expected: readonly string[] = []
  let count = 0
  const now = Math.floor(Date.now() / 1000)

  const importing = (importMode: ImportMode) => async (writes: number) => {
    const jobName = `import-${++count}`
    const rows = rowsOf(jobName, now)
    const dataLocation = await putFile({ dataDir }, `${jobName}.csv`, ['USER_ID,ITEM_ID,TIMESTAMP', ...rows].join('\n'))
    const job = { jobName, datasetArn: interactions, importMode, dataSource: { dataLocation }, roleArn: ROLE }
    await killedAfter(writes, () => server.personalize.send(new CreateDatasetImportJobCommand(job)))
    const kept = importMode === 'FULL' ? expected.filter(row => !row.includes(',import-')) : expected
    expected = [...kept, ...rows]
  }
  const cases: Readonly<Record<string, (writes: number) => Promise<void>>> = {
    'puts events': async writes => {
      const itemId = `put-${++count}`
      const events = rowsOf(itemId, now).map(row => row.split(','))
      const put = ([userId, itemId, time]: string[]) => {
        const eventList = [{ itemId, eventType: 'click', sentAt: new Date(Number(time) * 1000) }]
        return server.events.send(new PutEventsCommand({ trackingId, userId, sessionId: userId!, eventList }))
      }
      await killedAfter(writes, () => Promise.all(events.map(put)))
      expected = [...expected, ...events.map(row => row.join(','))]
    },
    'puts users': async writes => {
      const age = ++count
      const send = async () => {
        for (let n = 0; n < USERS; n += 10) {
          const ten = Array.from({ length: 10 }, (_, at) => ({
            userId: `user-${n + at}`,
            properties: `{"age":${age}}`,
          }))
          await server.events.send(new PutUsersCommand({ datasetArn: users, users: ten }))
        }
      }
      await killedAfter(writes, send)
      const people = Array.from({ length: USERS }, (_, n) => `user-${n} [${age},null,null]`)
      expected = [...expected.filter(row => !row.includes(' ')), ...people]
    },
    'imports events in place of others': importing('FULL'),
    'imports events beside others': importing('INCREMENTAL'),
    'deletes users': async writes => {
      const jobName = `deletion-${++count}`
      const gone = new Set(Array.from({ length: USERS / 4 }, (_, n) => `user-${(4 * n + count) % USERS}`))
      const dataLocation = await putFile({ dataDir }, `${jobName}.csv`, ['USER_ID', ...gone].join('\n'))
      const job = { jobName, datasetGroupArn: group, dataSource: { dataLocation }, roleArn: ROLE }
      await killedAfter(writes, () => server.personalize.send(new CreateDataDeletionJobCommand(job)))
      expected = expected.filter(row => !gone.has(row.split(/[ ,]/)[0]!))
    },
    'deletes a dataset and its rows': async writes => {
      const { datasetArn } = await createDataset(server, 'Users', { group: `gone-${++count}` })
      const people = Array.from({ length: 10 }, (_, n) => ({ userId: `user-${n}` }))
      for (let call = 0; call < 10; call++)
        await server.events.send(
          new PutUsersCommand({ datasetArn, users: people.map(({ userId }) => ({ userId: `${userId}${call}` })) }),
        )
      await killedAfter(writes, () =>
        server.personalize.send(new DeleteDatasetCommand({ datasetArn })).catch(error => {
          if (error.name !== 'ResourceNotFoundException') throw error
        }),
      )
      const left = await store.query('SELECT 1 FROM records WHERE dataset NOT IN (SELECT id FROM resources)')
      assert.deepEqual(left, [])
    },
    'deletes events that are too old': async writes => {
      const old = rowsOf(`old-${++count}`, now - (50 * DAY_MS) / 1000)
      const lines = ['USER_ID,ITEM_ID,TIMESTAMP', ...old].join('\n')
      const dataLocation = await putFile({ dataDir }, `old-${count}.csv`, lines)
      const job = {
        jobName: `old-${count}`,
        datasetArn: interactions,
        importMode: 'INCREMENTAL',
        roleArn: ROLE,
      } as const
      await server.personalize.send(new CreateDatasetImportJobCommand({ ...job, dataSource: { dataLocation } }))
      const keep = (keepEvents: string) =>
        openInspection(server.url)('PUT', '/inspect/retention', { body: { datasetGroupArn: group, keepEvents } })
      let before = 0
      const send = () => {
        before = Date.now() - 40 * DAY_MS
        return keep('40d')
      }
      const isSwept = async () =>
        (await store.query(`SELECT 1 FROM dataset_state WHERE expired_before >= ${before}`)).length > 0
      await killedAfter(writes, send, isSwept)
      await keep('forever')
    },
  }

  for (const [name, run] of Object.entries(cases))
    for (const writes of WRITES)
      it(`has done it whole when it is sent again: ${name}, after ${writes} rows`, async () => {
        await run(writes)
        assert.deepEqual(await storedRows(), expected.toSorted())
      })
})

const FIELDS = ['USER_ID', 'ITEM_ID']
  .map(name => ({ name, type: 'string' }))
  .concat({ name: 'TIMESTAMP', type: 'long' })
