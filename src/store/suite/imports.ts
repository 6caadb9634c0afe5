import assert from 'node:assert/strict'
import { describe } from 'node:test'
import {
  click,
  createDataset,
  each,
  type ItWithStore,
  importInteractions,
  importRecords,
  record,
  recordsFrom,
} from './fixture.ts'

/** The promises of `Store.imports` on staging, publishing and throwing away; see also `mergeSuite`. */
export function importsSuite(it: ItWithStore): void {
  describe('staged rows', () => {
    it('are seen by nobody', async ({ store, dataset }) => {
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('ann')])
      await store.imports.stageInteractions(dataset, generation, [click()])
      assert.equal(await store.records.get(dataset, 'ann'), undefined)
      assert.deepEqual(await store.interactions.ofUser(dataset, 'ann', 10), [])
      for (const rows of [store.records, store.interactions]) {
        assert.deepEqual(await Array.fromAsync<unknown>(rows.scan(dataset, 'ALL')), [])
        assert.equal(await rows.count(dataset, 'ALL'), 0)
        assert.deepEqual(await rows.latest(dataset, 10), [])
      }
    })

    it('wait for their publication across reopening', async ({ store, dataset, reopen }) => {
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('ann')])
      const again = await reopen()
      assert.notEqual(await again.imports.begin(dataset), generation)
      await again.imports.publish(dataset, generation)
      assert.deepEqual(await each(again.records.scan(dataset, 'BULK'), 'id'), ['ann'])
    })

    it('may be staged again: the last of an id stands, an interaction is there once', async ({ store, dataset }) => {
      const generation = await store.imports.begin(dataset)
      for (const age of [1, 2]) {
        await store.imports.stageRecords(dataset, generation, [record('ann', age)])
        await store.imports.stageInteractions(dataset, generation, [click()])
      }
      await store.imports.publish(dataset, generation)
      assert.deepEqual(await each(store.records.scan(dataset, 'BULK'), 'fields'), ['[2]'])
      assert.equal(await store.interactions.count(dataset, 'BULK'), 1)
    })
  })

  describe('rows of one call', () => {
    it('may have any characters', async ({ store, dataset }) => {
      const texts = ['\\N', 'a\\b', 'a\tb', 'a\nb', 'a\r\nb', '\\.', '"', 'é𝔸']
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(
        dataset,
        generation,
        texts.map(text => record(text, text)),
      )
      await store.imports.stageInteractions(
        dataset,
        generation,
        texts.map(text => click({ userId: text, itemId: text, eventType: text, details: JSON.stringify({ A: text }) })),
      )
      await store.imports.publish(dataset, generation)
      for (const text of texts) {
        assert.equal((await store.records.get(dataset, text))?.fields, JSON.stringify([text]))
        const [{ itemId, eventType, details } = {}] = await store.interactions.ofUser(dataset, text, 2)
        assert.deepEqual([itemId, eventType, details], [text, text, JSON.stringify({ A: text })])
      }
    })

    it('may have an id and an interaction more than once, in any order', async ({ store, dataset }) => {
      const generation = await store.imports.begin(dataset)
      const ids = ['bea', 'ann', 'bea', 'cem', 'ann', 'ann']
      await store.imports.stageRecords(
        dataset,
        generation,
        ids.map((id, i) => record(id, i)),
      )
      const times = [1000, 2000, 2000, 1000, 3000, 3000]
      const clicks = ids.flatMap(userId => times.map(timestampMs => click({ userId, timestampMs })))
      await store.imports.stageInteractions(dataset, generation, clicks)
      await store.imports.publish(dataset, generation)
      assert.deepEqual(await each(store.records.scan(dataset, 'BULK'), 'fields'), ['[5]', '[2]', '[3]'])
      assert.equal(await store.interactions.count(dataset, 'BULK'), 9)
    })

    it('are kept to the last digit', async ({ store, dataset }) => {
      const values = [null, 0, -1.5, 1e-300, Math.PI, 2 ** 31, -(2 ** 40)]
      const times = [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 1_700_000_000_123, Number.MAX_SAFE_INTEGER]
      const clicks = times.map((timestampMs, i) => click({ timestampMs, eventValue: values[i]! }))
      const details = JSON.stringify({ A: 'é'.repeat(1 << 20) })
      await importInteractions(store, dataset, [...clicks, click({ userId: 'bea', details })])
      assert.equal((await store.interactions.ofUser(dataset, 'bea', 1))[0]!.details, details)
      const found = await store.interactions.ofUser(dataset, 'ann', 10)
      assert.deepEqual(
        found.map(({ timestampMs, eventValue }) => [timestampMs, eventValue]),
        times.map((timestampMs, i) => [timestampMs, values[i]]).reverse(),
      )
    })
  })

  describe('interactions that are staged a few at a time', () => {
    it('are all there when the last are, each once', async ({ store, dataset }) => {
      const USERS = 700
      const generation = await store.imports.begin(dataset)
      const staged: Promise<void>[] = []
      const eventsOf = (timestampMs: number) =>
        Array.from({ length: USERS }, (_, i) => click({ userId: `${(i * 31) % USERS}`, timestampMs }))
      const stage = (timestampMs: number) =>
        staged.push(store.imports.stageInteractions(dataset, generation, eventsOf(timestampMs), undefined, true))
      for (let time = 0; time < 50; time++) stage(time)
      for (const time of [0, 25, 49]) stage(time)
      await Promise.all([...staged, store.imports.stageInteractions(dataset, generation, [])])
      await store.imports.publish(dataset, generation)
      assert.equal(await store.interactions.count(dataset, 'BULK'), 50 * USERS)
      const times = (await store.interactions.ofUser(dataset, '31', 100)).map(({ timestampMs }) => timestampMs)
      assert.deepEqual(
        times,
        Array.from({ length: 50 }, (_, time) => 49 - time),
      )
    })
  })

  describe('when a dataset was swept', () => {
    it('is later after each import and each deletion of users, and no put changes it', async fixture => {
      const { store, dataset } = fixture
      const swept = [await store.interactions.swept(dataset)]
      assert.deepEqual(swept, [0])
      const add = async () => swept.push(await store.interactions.swept(dataset))
      await importInteractions(store, dataset, [click({ itemId: 'first' })])
      await add()
      const generation = await store.imports.begin(dataset)
      await store.imports.stageInteractions(dataset, generation, [click({ itemId: 'second' })])
      await store.imports.merge(dataset, generation)
      await add()
      await store.interactions.deleteUsers(dataset, ['ann'])
      await add()
      assert.deepEqual(
        swept,
        [...new Set(swept)].sort((a, b) => a - b),
      )
      await store.interactions.put(dataset, [click()])
      assert.equal(await (await fixture.reopen()).interactions.swept(dataset), swept.at(-1))
    })
  })

  describe('publishing an import', () => {
    it('replaces all that was imported before, and nothing that was put', async ({ store, dataset, reopen }) => {
      await store.records.put(dataset, [record('put')])
      await store.interactions.put(dataset, [click({ itemId: 'put' })])
      await importRecords(store, dataset, [record('old')])
      await importInteractions(store, dataset, [click({ itemId: 'new' })])
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'id'), ['put'])
      await importRecords(store, dataset, [record('new')])
      const again = await reopen()
      assert.deepEqual(await each(again.records.scan(dataset, 'ALL'), 'id'), ['new', 'put'])
      assert.deepEqual(await each(again.interactions.scan(dataset, 'ALL'), 'itemId'), ['put'])
    })

    it('may empty the dataset of its bulk rows', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('old')])
      await importRecords(store, dataset, [])
      assert.equal(await store.records.count(dataset, 'ALL'), 0)
    })

    it('shows whole generations only, and they stay whole while the old ones are purged', async ({
      store,
      dataset,
    }) => {
      await importRecords(store, dataset, recordsFrom(0, 3500, 0))
      const more = (async () => {
        for (const n of [1, 2, 3]) await importRecords(store, dataset, recordsFrom(0, 3500, n))
        await store.purge()
      })()
      let running = true
      more.finally(() => {
        running = false
      })
      while (running) {
        const found = await each(store.records.scan(dataset, 'BULK'), 'fields')
        assert.deepEqual([found.length, new Set(found).size], [3500, 1])
        assert.equal(await store.records.count(dataset, 'BULK'), 3500)
      }
      await more
      assert.equal((await store.records.get(dataset, 'u3499'))!.fields, '[3]')
    })

    it('leaves other datasets alone', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      await importRecords(store, other, [record('theirs')])
      await importRecords(store, dataset, [record('ours')])
      await store.purge()
      assert.deepEqual(await each(store.records.scan(other, 'ALL'), 'id'), ['theirs'])
    })

    it('is done once, however often it is asked for', async ({ store, dataset }) => {
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('ann')])
      for (let time = 0; time < 2; time++) await store.imports.publish(dataset, generation)
      await store.purge()
      assert.equal(await store.records.count(dataset, 'BULK'), 1)
    })

    it('leaves what was put since the import began as the newer', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('before', 'put'), record('after', 'put')])
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('before', 'bulk'), record('after', 'bulk')])
      await store.records.put(dataset, [record('after', 'put again')])
      await store.imports.publish(dataset, generation)
      const found = await each(store.records.scan(dataset, 'ALL'), 'fields')
      assert.deepEqual(found, ['["put again"]', '["bulk"]'])
      assert.equal((await store.records.get(dataset, 'after'))!.fields, '["put again"]')
    })
  })

  describe('a place in the sequence', () => {
    it('is greater than that of all that was put, and less than that of what is put next', async ({
      store,
      dataset,
      reopen,
    }) => {
      await store.records.put(dataset, [record('before')])
      const seq = await store.nextSeq()
      const again = await reopen()
      await again.records.put(dataset, [record('after')])
      assert.ok((await again.records.get(dataset, 'before'))!.seq < seq)
      assert.ok((await again.records.get(dataset, 'after'))!.seq > seq)
    })

    for (const mode of ['publish', 'merge'] as const) {
      it(`is that of the rows which are staged with it, and then ${mode}d`, async ({ store, dataset }) => {
        await importRecords(store, dataset, [record('kept', 'bulk')])
        await store.records.put(dataset, [record('before', 'put')])
        const seq = await store.nextSeq()
        await store.records.put(dataset, [record('after', 'put')])
        const generation = await store.imports.begin(dataset)
        const rows = [record('before', 'bulk'), record('after', 'bulk')]
        await store.imports.stageRecords(dataset, generation, rows, seq)
        await store.imports.stageInteractions(dataset, generation, [click()], seq)
        await store.imports[mode](dataset, generation)
        for (const [id, fields] of [
          ['before', '["bulk"]'],
          ['after', '["put"]'],
        ] as const)
          assert.equal((await store.records.get(dataset, id))!.fields, fields)
        const found = await each(store.records.scan(dataset, 'ALL'), 'fields')
        assert.deepEqual(found, ['["put"]', '["bulk"]', ...(mode === 'merge' ? ['["bulk"]'] : [])])
        const bulk = await Array.fromAsync(store.records.scan(dataset, 'BULK'))
        assert.ok(bulk.every(row => row.seq === seq || row.id === 'kept'))
        assert.deepEqual(await each(store.interactions.scan(dataset, 'BULK'), 'seq'), [seq])
      })
    }
  })

  describe('throwing an import away', () => {
    it('leaves everything as it was', async ({ store, dataset, reopen }) => {
      await importRecords(store, dataset, [record('old')])
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, recordsFrom(0, 3500))
      await store.imports.discard(dataset, generation)
      await store.purge()
      assert.deepEqual(await each((await reopen()).records.scan(dataset, 'ALL'), 'id'), ['old'])
    })

    it('does nothing to one that was published', async ({ store, dataset }) => {
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('ann')])
      await store.imports.publish(dataset, generation)
      await store.imports.discard(dataset, generation)
      await store.purge()
      assert.equal(await store.records.count(dataset, 'BULK'), 1)
    })
  })
}
