import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import type { FoundInteraction, StoredInteraction } from '../../rows.ts'
import type { Store } from '../../store.ts'
import { anonymousClick, click, createDataset, importInteractions } from '../../suite/fixture.ts'
import { openForReading, openForWriting } from '../database.ts'
import { openSqliteStore } from '../store.ts'

/** A step of the test: a call is put, a user deleted, or a history read. */
type Step = { readonly put: readonly StoredInteraction[] } | { readonly deleted: string } | { readonly read: string }

const USERS = ['ann', 'ben', 's1']
const SESSIONS = ['s1', 's2']

/** One of few events, so that calls meet: the same again, an eventId again, a session before its user is known. */
const event = fc
  .record({
    user: fc.constantFrom(undefined, ...USERS),
    session: fc.constantFrom(null, ...SESSIONS),
    timestampMs: fc.integer({ min: 1, max: 3 }),
    itemId: fc.constantFrom('a', 'b'),
    eventId: fc.constantFrom(null, null, 'e1', 'e2', 'e3'),
  })
  .map(({ user, session, ...members }): StoredInteraction => {
    if (user === undefined) return anonymousClick(session ?? 's2', members)
    return click({ ...members, userId: user, sessionId: session })
  })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ put: fc.array(event, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ deleted: fc.constantFrom(...USERS) }) },
  { weight: 3, arbitrary: fc.record({ read: fc.constantFrom(...USERS, 's2') }) },
)

describe('events that wait in the log', () => {
  it('are what they would be in the table, whatever comes before and after them', async () => {
    await using directory = temporary()
    await using store = await openSqliteStore(directory.path)
    let runs = 0
    /** Returns all that can be seen of a dataset on which the steps are done; `settle` is done after each. */
    const outcome = async (steps: readonly Step[], settle: (dataset: number) => Promise<unknown>) => {
      const dataset = await createDataset(store, `arn:aws:personalize:us-east-1:1:dataset/shop/${runs++}`)
      const from = await store.nextSeq()
      const told: unknown[] = []
      const seen: unknown[] = []
      const end = store.watch(
        change => change.kind === 'interactions' && told.push(change.rows),
        id => id === dataset,
      )
      const numbered = (found: readonly { seq: number }[]) =>
        found.map(({ seq, ...row }) => ({ ...row, seq: seq - from }))
      for (const one of steps) {
        if ('put' in one) await store.interactions.put(dataset, one.put)
        else if ('deleted' in one) seen.push(await store.interactions.deleteUsers(dataset, [one.deleted]))
        else seen.push(numbered(await store.interactions.ofUser(dataset, one.read, 10)))
        await settle(dataset)
      }
      end()
      return {
        seen,
        told: told.flatMap(rows => numbered(rows as { seq: number }[])),
        histories: await Promise.all(
          USERS.map(async user => numbered(await store.interactions.ofUser(dataset, user, 10))),
        ),
        byType: numbered(await store.interactions.ofUserByType(dataset, 'ann', 3, () => true)),
        duplicates: await store.interactions.duplicates(dataset),
        repeated: await store.interactions.repeated(dataset),
        rows: numbered(await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))),
        latest: numbered(await store.interactions.latest(dataset, 20)),
        pages: numbered(await inPages(store, dataset)),
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
        const applied = await outcome(steps, dataset => store.interactions.count(dataset, 'PUT'))
        assert.deepEqual(await outcome(steps, async () => {}), applied)
      }),
      { numRuns: 100 },
    )
  })

  it('are found by their user, also where the user has hundreds of calls', async () => {
    await using directory = temporary()
    await using store = await openSqliteStore(directory.path)
    const dataset = await createDataset(store)
    const items = async () =>
      (await store.interactions.ofUser(dataset, 'ann', 1000)).map(({ itemId }) => Number(itemId))
    const put = (n: number) => store.interactions.put(dataset, [click({ itemId: `${n}`, timestampMs: n })])
    await Promise.all(Array.from({ length: 300 }, (_, n) => put(n)))
    assert.deepEqual(
      await items(),
      Array.from({ length: 300 }, (_, n) => 299 - n),
    )
    await put(300)
    assert.deepEqual(
      await items(),
      Array.from({ length: 301 }, (_, n) => 300 - n),
    )
  })
})

describe('events in packs', () => {
  it('are few rows of a user, however they were put', async () => {
    await using directory = temporary()
    await using store = await openSqliteStore(directory.path)
    const dataset = await createDataset(store)
    for (let n = 0; n < 200; n++) {
      await store.interactions.put(dataset, [click({ itemId: `${n}`, timestampMs: (n * 7) % 200 })])
      await store.interactions.count(dataset, 'PUT')
    }
    using db = openForReading(join(directory.path, 'personalite.sqlite'))
    assert.ok((db.prepare('SELECT count(*) AS n FROM packs').get()!.n as number) < 15)
    assert.deepEqual(
      (await store.interactions.ofUser(dataset, 'ann', 200)).map(({ timestampMs }) => timestampMs),
      Array.from({ length: 200 }, (_, n) => 199 - n),
    )
    assert.deepEqual(
      (await inPages(store, dataset)).map(({ itemId }) => Number(itemId)),
      Array.from({ length: 200 }, (_, n) => n),
    )
    assert.equal(await store.interactions.deleteUsers(dataset, ['ann']), 200)
    assert.equal(db.prepare('SELECT count(*) AS n FROM event_calls').get()!.n, 0)
  })

  it('and the rows of an earlier version are one history', async () => {
    await using directory = temporary()
    await using store = await openSqliteStore(directory.path)
    const dataset = await createDataset(store)
    const [first, last] = [await store.nextSeq(), await store.nextSeq()]
    using db = openForWriting(join(directory.path, 'personalite.sqlite'))
    const insert = db.prepare(
      `INSERT INTO interactions VALUES (?, 0, 'ann', ?, 'a', 'click', 0, ?, NULL, '', NULL, NULL, 0, 0)`,
    )
    for (const [seq, time] of [
      [first, 2],
      [last, 4],
    ] as const)
      insert.run(dataset, time, seq)
    await store.interactions.put(
      dataset,
      [1, 3, 5].map(timestampMs => click({ timestampMs })),
    )
    await store.interactions.put(
      dataset,
      [2, 3, 4].map(timestampMs => click({ timestampMs })),
    )
    const times = (found: readonly FoundInteraction[]) => found.map(({ timestampMs }) => timestampMs)
    assert.equal(await store.interactions.duplicates(dataset), 3)
    assert.equal(await store.interactions.count(dataset, 'ALL'), 5)
    assert.deepEqual(times(await store.interactions.ofUser(dataset, 'ann', 4)), [5, 4, 3, 2])
    assert.deepEqual(times(await Array.fromAsync(store.interactions.scan(dataset, 'PUT'))), [1, 2, 3, 4, 5])
    assert.deepEqual(times(await store.interactions.latest(dataset, 4)), [5, 3, 1, 4])
    assert.deepEqual(times(await inPages(store, dataset)), [2, 4, 1, 3, 5])
    await importInteractions(
      store,
      dataset,
      [3, 4, 6].map(timestampMs => click({ timestampMs })),
    )
    assert.equal(await store.interactions.count(dataset, 'ALL'), 6)
    assert.equal(await store.interactions.deleteUsers(dataset, ['ann']), 8)
    assert.equal(await store.interactions.count(dataset, 'ALL'), 0)
  })
})

describe('a call of events', () => {
  it('is read as it will be from the table, whatever its texts', async () => {
    await using directory = temporary()
    await using store = await openSqliteStore(directory.path)
    const dataset = await createDataset(store)
    const texts = ['\ud800half', 'a"\\b', '😀', '\\ud800']
    const events = texts.map((text, n) => click({ itemId: text, eventId: text, timestampMs: n, details: text }))
    await store.interactions.put(dataset, events)
    const waiting = await store.interactions.ofUser(dataset, 'ann', 10)
    await store.interactions.count(dataset, 'PUT')
    assert.deepEqual(await store.interactions.ofUser(dataset, 'ann', 10), waiting)
    assert.deepEqual(
      waiting.map(({ itemId }) => itemId).reverse(),
      texts.map(text => text.toWellFormed()),
    )
  })
})

/** All events in the order of their numbers, three at a time. */
async function inPages(store: Store, dataset: number): Promise<readonly FoundInteraction[]> {
  const found: FoundInteraction[] = []
  for (let after = 0; ; ) {
    const page = await store.interactions.after(dataset, after, 3)
    found.push(...page)
    if (page.length < 3) return found
    after = page.at(-1)!.seq
  }
}

function temporary(): AsyncDisposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'personalite-events-'))
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) }
}
