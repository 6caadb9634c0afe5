import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateDataDeletionJobCommand,
  CreateDatasetImportJobCommand,
  DescribeDataDeletionJobCommand,
  DescribeDatasetImportJobCommand,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { finished, putFile, ROLE } from '#test/jobs.ts'
import { clientsOf, createDataset, createTracker } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import { start } from './server-process.ts'

const ROUNDS = Number(process.env.PERSONALITE_CRASH_ROUNDS ?? 2)
/** More than a transaction of an import, or of a deletion, takes. */
const USERS = 3000
const HEADER = 'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE'

type Server = ReturnType<typeof clientsOf> & Pick<Awaited<ReturnType<typeof start>>, 'kill'>

/** Imports add events of many users, deletions take those of some away; what is put meanwhile is newer than both. */
describe('a server, killed during its imports and deletions', async () => {
  const dataDir = await temporaryDirectory()
  after(() => rm(dataDir, { recursive: true }))
  /** The events that are to be there, as a file has them, and those of puts whose answer did not come. */
  const expected = new Set<string>()
  const maybe = new Set<string>()
  let second = 1_600_000_000

  const serve = async (): Promise<Server> => {
    const { url, kill } = await start(dataDir)
    return { ...clientsOf(url), kill }
  }
  const rowsOf = (itemId: string) => Array.from({ length: USERS }, (_, n) => `user-${n},${itemId},${second++},click`)
  const fileOf = async (name: string, header: string, rows: Iterable<string>) => ({
    dataSource: { dataLocation: await putFile({ dataDir }, name, [header, ...rows].join('\n')) },
    roleArn: ROLE,
  })
  /** Begins to import an event of each user. Returns a function that waits for the end on whichever server. */
  const beginImport = async ({ personalize }: Server, datasetArn: string, jobName: string, importMode: ImportMode) => {
    const rows = rowsOf(jobName)
    const request = { jobName, datasetArn, importMode, ...(await fileOf(jobName, HEADER, rows)) }
    const { datasetImportJobArn } = await personalize.send(new CreateDatasetImportJobCommand(request))
    for (const row of rows) expected.add(row)
    const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
    return (server: Server) => finished(async () => (await server.personalize.send(command)).datasetImportJob)
  }
  /** The same of the deletion of some users. */
  const beginDeletion = async ({ personalize }: Server, datasetGroupArn: string, jobName: string) => {
    const users = new Set(Array.from({ length: USERS / 2 }, () => `user-${Math.floor(USERS * Math.random())}`))
    const request = { jobName, datasetGroupArn, ...(await fileOf(jobName, 'USER_ID', users)) }
    const { dataDeletionJobArn } = await personalize.send(new CreateDataDeletionJobCommand(request))
    for (const row of expected) if (users.has(row.split(',')[0]!)) expected.delete(row)
    const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
    return (server: Server) => finished(async () => (await server.personalize.send(command)).dataDeletionJob)
  }
  const putUntilKilled = async ({ events }: Server, trackingId: string) => {
    for (let n = 0; ; n = (n + 7) % USERS) {
      const [userId, time] = [`user-${n}`, second++]
      const eventList = [{ itemId: 'put', eventType: 'click', sentAt: new Date(1000 * time) }]
      maybe.add(`${userId},put,${time},click`)
      await events.send(new PutEventsCommand({ trackingId, userId, sessionId: userId, eventList }))
      expected.add(`${userId},put,${time},click`)
    }
  }
  const assertWhole = async (datasetArn: string, round: number) => {
    await using store = await openTestStore(dataDir)
    const { id } = (await store.resources.get(datasetArn))!
    const found = await Array.fromAsync(
      store.interactions.scan(id, 'ALL'),
      ({ userId, itemId, timestampMs, eventType }) => `${userId},${itemId},${timestampMs / 1000},${eventType}`,
    )
    const there = new Set(found)
    const lost = [...expected].filter(row => !there.has(row))
    const strange = found.filter(row => !expected.has(row) && !maybe.has(row))
    const whole = { round, lost: [], strange: [], twice: 0 }
    assert.deepEqual({ round, lost, strange, twice: found.length - there.size }, whole)
    for (const row of found) expected.add(row)
    maybe.clear()
  }

  it(`does them whole, and loses no put, in ${ROUNDS} rounds of each`, async () => {
    const first = await serve()
    const { datasetArn, datasetGroupArn } = await createDataset(first, 'Interactions')
    const trackingId = await createTracker(first, datasetGroupArn)
    assert.equal((await (await beginImport(first, datasetArn, 'first', 'FULL'))(first))?.status, 'ACTIVE')
    await first.kill()
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const [isImport, name] = [round % 2 === 0, `job-${round}`]
      const server = await serve()
      const ended = isImport
        ? await beginImport(server, datasetArn, name, 'INCREMENTAL')
        : await beginDeletion(server, datasetGroupArn, name)
      const putting = putUntilKilled(server, trackingId!).catch(() => {})
      await setTimeout(Math.random() * 1000)
      await server.kill()
      await putting
      const again = await serve()
      assert.equal((await ended(again))?.status, isImport ? 'ACTIVE' : 'COMPLETED')
      await again.kill()
      await assertWhole(datasetArn, round)
    }
    console.log(`crash: ${ROUNDS} imports and ${ROUNDS} deletions, ${expected.size} events, lost 0`)
  })
})
