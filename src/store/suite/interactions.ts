import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { fc } from '#test/properties.ts'
import { historyOf } from '../history.ts'
import type { StoredInteraction } from '../rows.ts'
import {
  anonymousClick,
  click,
  createDataset,
  each,
  everyOther,
  ITEMS_IN_TIME,
  type ItWithStore,
  importInteractions,
  resource,
  toldBy,
  USERS,
} from './fixture.ts'

/** The promises of `Store.interactions` for known users; see also `historiesSuite` and `sessionsSuite`. */
export function interactionsSuite(it: ItWithStore): void {
  describe('putting interactions', () => {
    it('returns what was put, also after reopening', async ({ store, dataset, reopen }) => {
      const bought = click({ sessionId: 's', eventId: 'e', eventValue: 9.99, details: '{"DEVICE":"é😀"}' })
      await store.interactions.put(dataset, [bought])
      const again = await reopen()
      const [{ seq, ...found } = {}] = await again.interactions.ofUser(dataset, 'ann', 10)
      assert.deepEqual(found, { ...bought, ingestion: 'PUT', repeated: false })
      assert.ok(seq! > 0)
    })

    it('counts an exact duplicate and does not store it', async ({ store, dataset }) => {
      const event = click({ eventValue: 5, details: '{"A":1}' })
      await store.interactions.put(dataset, [event, event])
      await store.interactions.put(dataset, [event])
      assert.equal(await store.interactions.count(dataset, 'PUT'), 1)
      assert.equal(await store.interactions.duplicates(dataset), 2)
    })

    it('stores events that differ in anything but their ids', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [
        click(),
        click({ userId: 'ben' }),
        click({ itemId: 'b' }),
        click({ timestampMs: 2 }),
        click({ eventType: 'view' }),
        click({ eventValue: 0 }),
        click({ eventValue: 1 }),
        click({ details: '{"A":1}' }),
      ])
      assert.equal(await store.interactions.count(dataset, 'ALL'), 8)
      assert.equal(await store.interactions.duplicates(dataset), 0)
    })

    it('keeps a repeated eventId, in the history too, marks and counts it', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [click({ eventId: 'e' }), click({ eventId: 'e', itemId: 'b' })])
      await store.interactions.put(dataset, [click({ eventId: 'e', itemId: 'c', userId: 'ben' })])
      const rows = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
      assert.deepEqual(
        rows.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['a false', 'b true', 'c true'],
      )
      assert.equal(await store.interactions.repeated(dataset), 2)
      for (const [userId, marks] of [
        ['ann', ['b true', 'a false']],
        ['ben', ['c true']],
      ] as const) {
        const history = await store.interactions.ofUser(dataset, userId, 10)
        const marked = history.map(({ itemId, repeated }) => `${itemId} ${repeated}`)
        assert.deepEqual(marked, marks)
      }
      await store.interactions.deleteUsers(dataset, ['ben'])
      assert.equal(await store.interactions.repeated(dataset), 1)
    })

    it('knows the eventId of an event that is stored, and not of one that is left out', async ({ store, dataset }) => {
      const put = (...items: readonly string[]) =>
        store.interactions.put(
          dataset,
          items.map(item => click({ itemId: item[0]!, eventId: item[1] ?? null })),
        )
      await put('a')
      await put('ae', 'be', 'ce', 'af')
      await put('de', 'ef', 'ff')
      const rows = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
      assert.deepEqual(
        rows.map(({ itemId, eventId, repeated }) => `${itemId} ${eventId} ${repeated}`),
        ['a null false', 'b e false', 'c e true', 'd e true', 'e f false', 'f f true'],
      )
      assert.equal(await store.interactions.duplicates(dataset), 2)
    })

    it('knows an eventId as long as the first event with it is there', async ({ store, dataset }) => {
      const put = (userId: string, itemId: string) =>
        store.interactions.put(dataset, [click({ userId, itemId, eventId: 'e' })])
      for (const [userId, itemId] of [
        ['ann', 'a'],
        ['ben', 'b'],
      ] as const)
        await put(userId, itemId)
      await store.interactions.deleteUsers(dataset, ['ben'])
      await put('cat', 'c')
      await store.interactions.deleteUsers(dataset, ['ann'])
      await put('dan', 'd')
      await put('eve', 'e')
      const rows = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
      assert.deepEqual(
        rows.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['c true', 'd false', 'e true'],
      )
    })

    it('takes an eventId that came to another dataset, or only to an import thrown away', async ({
      store,
      dataset,
    }) => {
      const other = await createDataset(store, 'other')
      await store.interactions.put(other, [click({ eventId: 'e' })])
      const generation = await store.imports.begin(dataset)
      await store.imports.stageInteractions(dataset, generation, [click({ eventId: 'e', itemId: 'b' })])
      await store.interactions.put(dataset, [click({ eventId: 'e' })])
      assert.deepEqual(await each(store.interactions.ofUser(dataset, 'ann', 10), 'itemId'), ['a'])
    })

    it('stores nothing where the dataset is missing or not ACTIVE', async ({ store, dataset }) => {
      const { id } = await store.resources.create(resource('pending', { kind: 'dataset', status: 'CREATE PENDING' }))
      await assert.rejects(store.interactions.put(id, [click()]), { name: 'StoreError', code: 'inactive' })
      await assert.rejects(store.interactions.put(dataset + 1000, [click()]), { code: 'missing' })
      assert.equal(await store.interactions.count(id, 'ALL'), 0)
      assert.equal(await store.interactions.count(dataset + 1000, 'ALL'), 0)
    })

    it('stores none where one cannot be stored', async ({ store, dataset }) => {
      const broken = click({ itemId: null as unknown as string })
      await assert.rejects(store.interactions.put(dataset, [click({ sessionId: 's' }), click(), broken]))
      assert.equal(await store.interactions.count(dataset, 'ALL'), 0)
      assert.equal(await store.interactions.duplicates(dataset), 0)
    })
  })

  describe('the latest interactions', () => {
    it('are those put last, newest first, whatever their timestamps', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [click({ itemId: 'x', timestampMs: 9 }), click({ itemId: 'y' })])
      await importInteractions(store, dataset, ITEMS_IN_TIME)
      await store.interactions.put(dataset, [click({ userId: 'ben', itemId: 'z', timestampMs: 5 })])
      assert.deepEqual(await each(store.interactions.latest(dataset, 10), 'itemId'), ['z', 'y', 'x'])
      assert.deepEqual(await each(store.interactions.latest(dataset, 2), 'itemId'), ['z', 'y'])
      const [z, , x] = await store.interactions.latest(dataset, 3)
      assert.deepEqual(await each(store.interactions.after(dataset, x!.seq, 10), 'itemId'), ['y', 'z'])
      assert.deepEqual(await each(store.interactions.after(dataset, x!.seq, 1), 'itemId'), ['y'])
      assert.deepEqual(await store.interactions.after(dataset, z!.seq, 10), [])
    })
  })

  describe('scanning interactions', () => {
    it('goes user by user in the order of time', async ({ store, dataset }) => {
      const events = ['Zoe', 'ann', '\uffee', '😀'].flatMap(userId => [
        click({ userId, timestampMs: 9 }),
        click({ userId, timestampMs: 10 }),
        click({ userId, timestampMs: 10, itemId: 'b' }),
      ])
      await store.interactions.put(dataset, everyOther(events, 0).reverse())
      await importInteractions(store, dataset, everyOther(events, 1))
      const key = (event: StoredInteraction) => `${event.userId} ${event.timestampMs} ${event.itemId}`
      const found = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'), key)
      assert.deepEqual(found, events.map(key))
    })

    it('returns and counts what was put, what was imported and what is in effect', async ({ store, dataset }) => {
      await importInteractions(store, dataset, [click({ itemId: 'both' }), click({ itemId: 'bulk' })])
      await store.interactions.put(dataset, [click({ itemId: 'both' }), click({ itemId: 'put' })])
      const found = async (ingestion: 'PUT' | 'BULK' | 'ALL') => {
        const rows = await Array.fromAsync(store.interactions.scan(dataset, ingestion))
        assert.equal(await store.interactions.count(dataset, ingestion), rows.length)
        return rows.map(row => `${row.itemId} ${row.ingestion}`)
      }
      assert.deepEqual(await found('PUT'), ['both PUT', 'put PUT'])
      assert.deepEqual(await found('BULK'), ['both BULK', 'bulk BULK'])
      assert.deepEqual(await found('ALL'), ['both PUT', 'bulk BULK', 'put PUT'])
    })

    it('goes through ranges of users that are all of them, each once', async ({ store, dataset }) => {
      const users = ['a', 'b', 'user-é', 'user-😀', ...Array.from({ length: 60 }, (_, n) => `user-${n}`)]
      const events = users.flatMap(userId => ITEMS_IN_TIME.map(event => ({ ...event, userId })))
      await importInteractions(store, dataset, everyOther(events, 0))
      await store.interactions.put(dataset, everyOther(events, 1))
      const all = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
      await store.interactions.inRangesOfUsers(dataset, 4, async ranges => {
        assert.ok(ranges.length >= 1 && ranges.length <= 4)
        const found = ranges.map(range => Array.fromAsync(store.interactions.scanUsers(dataset, range)))
        assert.deepEqual((await Promise.all(found)).flat(), all)
      })
      const some = await each(store.interactions.scanUsers(dataset, { from: 'b', before: 'user-1' }), 'userId')
      assert.deepEqual([...new Set(some)], ['b', 'user-0'])
      assert.equal(await store.interactions.inRangesOfUsers(dataset + 1, 4, async ranges => ranges.length), 1)
    })

    it('returns those of ranges of users as of one moment, though a session turns out to be a user', async ({
      store,
      dataset,
    }) => {
      const users = ['ann', 'ben', 'cid', 'session', 'user', 'zoe']
      await store.interactions.put(
        dataset,
        users.map(id => (id === 'session' ? anonymousClick(id) : click({ userId: id }))),
      )
      const found: string[] = []
      await store.interactions.inRangesOfUsers(dataset, 3, async ranges => {
        for (const range of ranges) {
          found.push(...(await each(store.interactions.scanUsers(dataset, range), 'userId')))
          await store.interactions.put(dataset, [click({ userId: 'ann', sessionId: 'session', itemId: 'b' })])
        }
      })
      assert.deepEqual(found, users)
    })

    it('returns the rows of one moment, whatever happens meanwhile', async ({ store, dataset }) => {
      await store.interactions.put(dataset, ITEMS_IN_TIME)
      const scan = store.interactions.scan(dataset, 'ALL')
      const items: string[] = []
      for await (const { itemId } of scan) {
        items.push(itemId)
        await store.interactions.deleteUsers(dataset, ['ann'])
      }
      assert.deepEqual(items, ['a', 'b', 'c', 'd', 'e'])
      assert.equal(await store.interactions.count(dataset, 'ALL'), 0)
    })
  })

  describe('interactions that were put and imported', () => {
    /** One of 2,400; many of them differ in one thing only. */
    const eventOf = (n: number) =>
      click({
        userId: ['ann', 'ben', 'éva'][n % 3]!,
        timestampMs: 1000 + (((n / 3) | 0) % 100),
        itemId: ['a', 'B'][((n / 300) | 0) % 2]!,
        eventType: ['click', 'buy'][((n / 600) | 0) % 2]!,
        eventValue: n < 1200 ? null : 1.5,
      })
    const keyOf = ({ userId, timestampMs, itemId, eventType, eventValue }: StoredInteraction) =>
      JSON.stringify([userId, timestampMs, itemId, eventType, eventValue])
    const isOfAnn = (key: string) => key.startsWith('["ann"')
    const keysOf = (numbers: readonly number[]) => new Set(numbers.map(n => keyOf(eventOf(n))))
    const numbers = fc.array(fc.nat(2399), { maxLength: 900, size: 'max' })

    it('are each there once, whatever the pieces in which they came', async ({ store }) => {
      let runs = 0
      const holds = async (put: readonly number[], imports: readonly (readonly number[])[], cut: number) => {
        const dataset = await createDataset(store, `${USERS}/${runs++}`)
        for (const all of imports) {
          const generation = await store.imports.begin(dataset)
          for (let from = 0; from < all.length; from += cut)
            await store.imports.stageInteractions(dataset, generation, all.slice(from, from + cut).map(eventOf))
          await store.imports.merge(dataset, generation)
        }
        if (put.length > 0) await store.interactions.put(dataset, put.map(eventOf))
        const expected = { PUT: keysOf(put), BULK: keysOf(imports.flat()), ALL: keysOf([...put, ...imports.flat()]) }
        for (const ingestion of ['PUT', 'BULK', 'ALL'] as const) {
          const found = await Array.fromAsync(store.interactions.scan(dataset, ingestion), keyOf)
          assert.deepEqual([found.length, new Set(found)], [expected[ingestion].size, expected[ingestion]])
          assert.equal(await store.interactions.count(dataset, ingestion), found.length)
        }
        const ofAnn = [...expected.ALL].filter(isOfAnn)
        const history = await store.interactions.ofUser(dataset, 'ann', 10_000)
        assert.deepEqual(new Set(history.map(keyOf)), new Set(ofAnn))
        for (const limit of [0, 1, 2, 3, 5, 8, 13, 21, 201]) {
          const [newest, columns] = [history.slice(0, limit), await store.interactions.history(dataset, 'ann', limit)]
          assert.deepEqual(await store.interactions.ofUser(dataset, 'ann', limit), newest)
          assert.deepEqual(toldBy(columns), toldBy(historyOf(newest)))
        }
        const isLater = ({ timestampMs }: StoredInteraction, at: number) =>
          timestampMs > (history[at - 1] ?? { timestampMs }).timestampMs
        assert.ok(!history.some(isLater))
        const bought = await store.interactions.ofUserByType(dataset, 'ann', 5, type => type === 'buy')
        const { buy = [] } = Object.groupBy(history, ({ eventType }) => eventType)
        assert.deepEqual(bought, buy.slice(0, 5))
        const rows = [...expected.PUT, ...expected.BULK].filter(isOfAnn).length
        assert.equal(await store.interactions.deleteUsers(dataset, ['ann']), rows)
        assert.equal(await store.interactions.count(dataset, 'ALL'), expected.ALL.size - ofAnn.length)
      }
      const pieces = fc.array(numbers, { maxLength: 3 })
      await fc.assert(fc.asyncProperty(numbers, pieces, fc.integer({ min: 1, max: 500 }), holds), { numRuns: 15 })
    })
  })

  describe('deleting users', () => {
    it('deletes their interactions however they came in, and no others', async ({ store, dataset, reopen }) => {
      await store.interactions.put(dataset, [click(), click({ userId: 'ben' }), click({ userId: 'annabel' })])
      await importInteractions(store, dataset, [click({ itemId: 'b' }), click({ userId: 'ben', itemId: 'b' })])
      assert.equal(await store.interactions.deleteUsers(dataset, ['ann', 'nobody']), 2)
      const again = await reopen()
      assert.deepEqual(await each(again.interactions.scan(dataset, 'ALL'), 'userId'), ['annabel', 'ben', 'ben'])
    })

    it('leaves what was put after a place in the sequence', async ({ store, dataset }) => {
      await store.interactions.put(dataset, [click({ itemId: 'before' })])
      await importInteractions(store, dataset, [click({ itemId: 'bulk' })])
      const before = await store.nextSeq()
      await store.interactions.put(dataset, [click({ itemId: 'after' })])
      assert.equal(await store.interactions.deleteUsers(dataset, ['ann'], before), 2)
      assert.deepEqual(await each(store.interactions.scan(dataset, 'ALL'), 'itemId'), ['after'])
    })
  })
}
