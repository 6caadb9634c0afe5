import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { type FaultyWrites, openFaultyWrites } from '#test/faulty-writes.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { serve } from '#test/program.ts'
import { createDataset, startTestServer } from '#test/server.ts'
import { openTestStore, storeUrl } from '#test/store.ts'

const DAY_MS = 86_400_000
const USERS = 2000
/** Two days from the limit on either side, however long the test takes. */
const AGES = [600, 500, 402, 398, 300, 1]
/** Rows that are deleted before the store stands still, on Citus at a node: more than a transaction's, not all. */
const WRITES = ON_CITUS ? 1500 : 4500
const KEPT = AGES.filter(days => days < 400).length * USERS

/** Puts events of these ages for every user. Returns the store's faults, when all events are in the tables. */
async function fill(dataDir: string): Promise<FaultyWrites> {
  const server = await startTestServer({ dataDir })
  const { datasetArn } = await createDataset(server, 'Interactions')
  await server[Symbol.asyncDispose]()
  const faults = await openFaultyWrites(dataDir, 'stands still', ['interactions'])
  await using store = await openTestStore(dataDir)
  const { id } = (await store.resources.get(datasetArn))!
  const now = Date.now()
  const click = { anonymous: false, itemId: 'a', eventType: 'click', eventValue: null, details: '' }
  for (let from = 0; from < USERS; from += 100) {
    const users = Array.from({ length: 100 }, (_, n) => `user-${from + n}`)
    const events = users.flatMap(userId =>
      AGES.map(days => {
        const name = `${userId} ${days}`
        return { ...click, userId, sessionId: name, eventId: name, timestampMs: now - days * DAY_MS }
      }),
    )
    await store.interactions.put(id, events)
  }
  const rows = `SELECT 1 FROM interactions LIMIT ${AGES.length * USERS}`
  await eventually('all events to be rows', async () => (await faults.query(rows)).length === AGES.length * USERS)
  return faults
}

async function agesLeft(dataDir: string): Promise<readonly number[]> {
  await using store = await openTestStore(dataDir)
  const [dataset] = await store.resources.list({ kind: 'dataset' })
  const rows = await Array.fromAsync(store.interactions.scan(dataset!.id, 'ALL'))
  return rows.map(({ timestampMs }) => (Date.now() - timestampMs) / DAY_MS)
}

describe('a server that is killed while it deletes events by their age', () => {
  it('has lost none that is younger, and goes on when it starts again', async () => {
    const dataDir = await temporaryDirectory()
    await using faults = await fill(dataDir)
    await faults.faultyAfter(WRITES)
    const store = await storeUrl(dataDir)
    const start = async () => {
      const flags = [
        '--port',
        '0',
        '--data-dir',
        dataDir,
        '--keep-events',
        '400d',
        ...(store ? ['--store', store] : []),
      ]
      const { url, stop } = await serve(flags)
      const deleted = async () => {
        const text = await (await fetch(`${url}/metrics`)).text()
        return Number(/^personalite_events_expired_total (\d+)$/m.exec(text)![1])
      }
      const hasDeleted = (count: number) => eventually(`${count} deletions`, async () => (await deleted()) >= count)
      return { stop, hasDeleted }
    }
    const first = await start()
    await eventually('a deletion to stand still', faults.isStanding)
    await first.stop('SIGKILL')
    await faults.mend()
    const ages = await agesLeft(dataDir)
    assert.equal(ages.filter(age => age < 400).length, KEPT)
    const left = ages.length - KEPT
    assert.ok(left > 0 && ages.length < AGES.length * USERS, `${left} are left`)
    const second = await start()
    await second.hasDeleted(left)
    await second.stop()
    const after = await agesLeft(dataDir)
    assert.deepEqual([after.length, after.every(age => age < 400)], [KEPT, true])
  })
})
