import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateDataDeletionJobCommand,
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  DescribeDataDeletionJobCommand,
  DescribeDatasetImportJobCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { historyOf, inspect } from '#test/http.ts'
import { finished, putFile, ROLE } from '#test/jobs.ts'
import { fc } from '#test/properties.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { type Mode, openDataModel, type Properties, type PutEvent, type Row } from './data-model.ts'

/** On PostgreSQL each step takes several times as long. */
const RUNS = Number(process.env.PERSONALITE_FUZZ_DATA_RUNS ?? (process.env.PERSONALITE_TEST_POSTGRES ? 1 : 3))
const SEED = Number(process.env.PERSONALITE_FUZZ_SEED ?? 20261130)

const USERS = ['ann', 'ben', 'cat']
/** One has the name of a user, who is somebody else. */
const SESSIONS = ['s', 't', 'cat']

type Users = readonly (readonly [id: string, age: number])[]
/** A step: `meanwhile` is put as soon as an import was created, while it waits or runs. */
type Step =
  | { readonly do: 'put users'; readonly users: Users; readonly isSpaced: boolean }
  | { readonly do: 'refuse users'; readonly users: Users }
  | { readonly do: 'import users'; readonly mode: Mode; readonly users: Users; readonly meanwhile: Users }
  | { readonly do: 'put events'; readonly sessionId: string; readonly userId?: string; readonly events: PutEvent[] }
  | { readonly do: 'import events'; readonly mode: Mode; readonly rows: Row[]; readonly meanwhile: PutEvent[] }
  | { readonly do: 'fail an import'; readonly mode: Mode; readonly rows: Row[] }
  | { readonly do: 'delete users'; readonly ids: readonly string[] }
  | { readonly do: 'restart' }

const user = fc.constantFrom(...USERS)
const users = (minLength: number) => fc.array(fc.tuple(user, fc.nat(99)), { minLength, maxLength: 5 })
const mode = fc.constantFrom<Mode>('FULL', 'INCREMENTAL')
const device = fc.constantFrom(undefined, 'phone')
const event = fc.record({ itemId: fc.constantFrom('i', 'j', 'k'), at: fc.integer({ min: 1, max: 4 }), device })
/** One item comes with an id, as each product of an order with the order's. */
const withId = (event: PutEvent): PutEvent => (event.itemId === 'k' ? { ...event, eventId: 'order' } : event)
const events = (minLength: number) => fc.array(event, { minLength, maxLength: 4 })
const row = fc.record({ userId: user, itemId: fc.constantFrom('i', 'j'), at: fc.integer({ min: 1, max: 4 }), device })
const rows = fc.array(row, { minLength: 1, maxLength: 5 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put users'), users: users(1), isSpaced: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse users'), users: users(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('import users'), mode, users: users(1), meanwhile: users(0) }) },
  {
    weight: 9,
    arbitrary: fc
      .record(
        { do: fc.constant('put events'), sessionId: fc.constantFrom(...SESSIONS), userId: user, events: events(1) },
        { requiredKeys: ['do', 'sessionId', 'events'] },
      )
      .map(({ events, ...step }) => ({ ...step, events: step.userId ? events.map(withId) : events })),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('import events'), mode, rows, meanwhile: events(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail an import'), mode, rows }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete users'), ids: fc.subarray(USERS, { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart') }) },
) as fc.Arbitrary<Step>

describe('the data of a dataset group', () => {
  let dataDir: string
  let server: TestServer
  let made = 0
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  /** A dataset group of its own, and what is done to it and to its model. */
  async function openGroup() {
    const group = `group-${++made}`
    const { datasetArn: usersArn, datasetGroupArn } = await createDataset(server, 'Users', { group })
    const { datasetArn: eventsArn } = await createDataset(server, 'Interactions', { group })
    const tracker = new CreateEventTrackerCommand({ name: group, datasetGroupArn })
    const { trackingId } = await server.personalize.send(tracker)
    const model = openDataModel()

    const putUsers = (list: Users, isSpaced = false) => {
      const spelled = list.map(([id, age], i) => ({
        userId: isSpaced && i % 2 === 1 ? ` ${id}\t` : id,
        properties: JSON.stringify({ age }),
      }))
      return server.events.send(new PutUsersCommand({ datasetArn: usersArn, users: spelled }))
    }
    const putEvents = async (sessionId: string, userId: string | undefined, list: readonly PutEvent[]) => {
      if (list.length === 0) return
      const eventList = list.map(({ itemId, at, device, eventId }) => ({
        eventType: 'click',
        itemId,
        sentAt: new Date(at * 1000),
        ...(device && { properties: JSON.stringify({ device }) }),
        ...(eventId && { eventId }),
      }))
      await server.events.send(new PutEventsCommand({ trackingId: trackingId!, sessionId, userId, eventList }))
      model.putEvents(sessionId, userId, list)
    }
    const imported = new Set<string>()
    /** The first import into a dataset must be FULL. */
    const modeOf = (datasetArn: string, mode: Mode) => (imported.has(datasetArn) ? mode : 'FULL')
    /** @param meanwhile is called when the job is created @returns its status at the end */
    const runImport = async (datasetArn: string, importMode: Mode, file: string, meanwhile = async () => {}) => {
      const jobName = `import-${++made}`
      const dataLocation = await putFile(server, `${jobName}.csv`, file)
      const request = { jobName, datasetArn, dataSource: { dataLocation }, roleArn: ROLE, importMode }
      const { datasetImportJobArn } = await server.personalize.send(new CreateDatasetImportJobCommand(request))
      await meanwhile()
      const job = await finished(async () => {
        const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
        return (await server.personalize.send(command)).datasetImportJob
      })
      if (job.status === 'ACTIVE') imported.add(datasetArn)
      return job.status
    }
    const deleteUsers = async (ids: readonly string[]) => {
      const jobName = `delete-${++made}`
      const dataLocation = await putFile(server, `${jobName}.csv`, ['USER_ID', ...ids, ''].join('\n'))
      const request = { jobName, datasetGroupArn, dataSource: { dataLocation }, roleArn: ROLE }
      const { dataDeletionJobArn } = await server.personalize.send(new CreateDataDeletionJobCommand(request))
      const job = await finished(async () => {
        const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
        return (await server.personalize.send(command)).dataDeletionJob
      })
      assert.deepEqual([job.status, job.numDeleted], ['COMPLETED', model.deleteUsers(ids)])
    }

    async function run(given: Step): Promise<void> {
      switch (given.do) {
        case 'put users':
          await putUsers(given.users, given.isSpaced)
          return model.putUsers(recordsOf(given.users))
        case 'refuse users':
          await assert.rejects(putUsers([...given.users, ['ann', 1.5]]), { name: 'InvalidInputException' })
          return
        case 'import users': {
          const file = ['USER_ID,AGE', ...given.users.map(([id, age]) => `${id},${age}`), ''].join('\n')
          const [at, mode] = [model.place(), modeOf(usersArn, given.mode)]
          const meanwhile = async () => {
            if (given.meanwhile.length === 0) return
            await putUsers(given.meanwhile)
            model.putUsers(recordsOf(given.meanwhile))
          }
          assert.equal(await runImport(usersArn, mode, file, meanwhile), 'ACTIVE')
          return model.importUsers(mode, at, recordsOf(given.users))
        }
        case 'put events':
          return putEvents(given.sessionId, given.userId, given.events)
        case 'import events': {
          const [at, mode] = [model.place(), modeOf(eventsArn, given.mode)]
          const meanwhile = () => putEvents('s', 'ann', given.meanwhile)
          assert.equal(await runImport(eventsArn, mode, fileOf(given.rows), meanwhile), 'ACTIVE')
          return model.importEvents(mode, at, given.rows)
        }
        case 'fail an import': {
          const file = `${fileOf(given.rows)}ann,i,click,5000000000000,\n`
          assert.equal(await runImport(eventsArn, modeOf(eventsArn, given.mode), file), 'CREATE FAILED')
          return
        }
        case 'delete users':
          return deleteUsers(given.ids)
        case 'restart':
          await server[Symbol.asyncDispose]()
          server = await startTestServer({ dataDir })
      }
    }

    async function check(): Promise<void> {
      for (const id of USERS) {
        const expected = model.user(id)
        const found = await recordOf(usersArn, id)
        assert.deepEqual(found, expected && [expected.properties, expected.ingestion], id)
      }
      for (const owner of new Set([...USERS, ...SESSIONS])) {
        const history = await historyOf(server, eventsArn, owner)
        const times = history.map(({ timestamp }) => String(timestamp))
        assert.deepEqual(times, times.toSorted().reverse())
        assert.deepEqual(sorted(history.map(foundIn)), sorted(model.history(owner)), owner)
      }
      const [users, interactions] = [await countsOf(usersArn), await countsOf(eventsArn)]
      const { count, duplicates, repeated } = interactions
      assert.deepEqual({ users: users.count, interactions: count, duplicates, repeated }, model.counts())
    }
    return { run, check }
  }

  interface Counts {
    readonly count: object
    readonly duplicates?: number
    readonly repeated?: number
  }
  const countsOf = (datasetArn: string) => inspect<Counts>(server, '/inspect/count', { datasetArn })

  async function recordOf(datasetArn: string, id: string) {
    try {
      const found = await inspect<Record<string, unknown>>(server, '/inspect/records', { datasetArn, id })
      return [found.properties, found.ingestion]
    } catch (error) {
      assert.match((error as Error).message, /^ResourceNotFoundException: .*has no record/)
      return undefined
    }
  }

  it('is after any calls, imports, deletions and restarts as the rules have it', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async steps => {
      const { run, check } = await openGroup()
      for (const one of steps) {
        await run(one)
        await check()
      }
    })
    await fc.assert(property, { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 10 * 60_000 })
  })
})

const recordsOf = (users: Users) => users.map(([id, age]): [string, Properties] => [id, { age }])

/** A CSV file of interactions. */
function fileOf(rows: readonly Row[]): string {
  const lines = rows.map(({ userId, itemId, at, device = '' }) => `${userId},${itemId},click,${at},${device}`)
  return ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...lines, ''].join('\n')
}

function foundIn({ itemId, timestamp, properties, eventId, ingestion, repeated }: Readonly<Record<string, unknown>>) {
  const at = Date.parse(timestamp as string) / 1000
  const { device } = properties as { readonly device?: string }
  return { itemId, at, device, eventId, ingestion, isRepeated: repeated }
}

const sorted = (found: readonly object[]) => found.map(one => JSON.stringify(one)).sort()
