import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { databaseBefore } from '#test/old-database.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { click, each } from '../../src/store/suite/fixture.ts'
import { runAndKill } from './kill.ts'

const DATASET = 'arn:aws:personalize:us-east-1:1:dataset/shop/INTERACTIONS'
const EVENTS_PER_CALL = 3

/** The events of a call; the number of each says which call it belongs to. */
const eventsOf = (call: number) =>
  Array.from({ length: EVENTS_PER_CALL }, (_, n) =>
    click({
      userId: `user-${call % 7}`,
      sessionId: `session-${call % 7}`,
      timestampMs: call,
      itemId: `${n}`,
      eventId: `${call} ${n}`,
    }),
  )

/** How many of the ids of these calls the dataset knows: events that have them again are repeated. */
async function knownIds(store: Store, dataset: number, calls: number): Promise<number> {
  const again = Array.from({ length: calls }, (_, call) =>
    eventsOf(call).map(event => ({ ...event, userId: 'another', sessionId: null })),
  )
  await Promise.all(again.map(events => store.interactions.put(dataset, events)))
  return store.interactions.repeated(dataset)
}

describe('the log of events', () => {
  it('that ends in the middle of a call has every call before it whole, and nothing of that one', async () => {
    const directory = await temporaryDirectory()
    after(() => rm(directory, { recursive: true }))
    const CALLS = 60
    await using store = await openStore(join(directory, 'whole'))
    const { id } = await store.resources.create({ arn: DATASET, kind: 'dataset', status: 'ACTIVE', document: {} })
    // One after the other, so that each is a commit; some of them are applied in between.
    for (let call = 0; call < CALLS; call++) {
      await store.interactions.put(id, eventsOf(call))
      if (call % 20 === 19) await store.interactions.count(id, 'PUT')
    }
    const size = statSync(join(directory, 'whole', 'personalite.sqlite-wal')).size
    const found: number[] = []
    for (const share of [0.4, 0.6, 0.8, 0.95, 1]) {
      const torn = join(directory, `${share}`)
      mkdirSync(torn)
      for (const file of ['personalite.sqlite', 'personalite.sqlite-wal'])
        copyFileSync(join(directory, 'whole', file), join(torn, file))
      truncateSync(join(torn, 'personalite.sqlite-wal'), Math.floor(size * share))
      await using left = await openStore(torn)
      const times = await each(left.interactions.scan(id, 'ALL'), 'timestampMs')
      const calls = new Set(times).size
      const whole = Array.from({ length: calls }, (_, call) => Array(EVENTS_PER_CALL).fill(call)).flat()
      assert.deepEqual(
        times.toSorted((a, b) => a - b),
        whole,
      )
      assert.equal(await knownIds(left, id, CALLS), calls * EVENTS_PER_CALL)
      found.push(calls)
    }
    assert.equal(found.at(-1), CALLS)
    assert.ok(found[0]! < CALLS, `${found}`)
  })
})

describe('the events of an older version', () => {
  it('are all there after their migration was killed, again and again', async () => {
    const directory = await temporaryDirectory()
    after(() => rm(directory, { recursive: true }))
    const [EVENTS, ROUNDS] = [100_000, 4]
    const db = databaseBefore('0008', directory)
    db.exec(`
      INSERT INTO resources (id, arn, kind, status, created_at, updated_at, document)
      VALUES (1, '${DATASET}', 'dataset', 'ACTIVE', 1, 1, '{}');
      WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${EVENTS - 1})
      INSERT INTO interactions
      SELECT 1, 0, 'user-' || (n / ${EVENTS_PER_CALL} % 7), n / ${EVENTS_PER_CALL}, n % ${EVENTS_PER_CALL}, 'click', 0,
        n + 1, NULL, '', NULL, (n / ${EVENTS_PER_CALL}) || ' ' || (n % ${EVENTS_PER_CALL}), 0, 0
      FROM number;
      UPDATE sequence SET last = ${EVENTS}, applied = ${EVENTS}`)
    db.close()
    for (let round = 0; round < ROUNDS; round++) await runAndKill(new URL('./opening.ts', import.meta.url), [directory])
    await using store = await openStore(directory)
    assert.equal(await store.interactions.count(1, 'PUT'), EVENTS)
    assert.equal(await knownIds(store, 1, 20), 20 * EVENTS_PER_CALL)
    await store.interactions.put(1, [click({ eventId: 'a new one' })])
    assert.equal(await store.interactions.repeated(1), 20 * EVENTS_PER_CALL)
  })
})
