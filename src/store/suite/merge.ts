import assert from 'node:assert/strict'
import { describe } from 'node:test'
import {
  click,
  each,
  type ItWithStore,
  importInteractions,
  importRecords,
  MANY,
  record,
  recordsFrom,
} from './fixture.ts'

const clicks = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => click({ timestampMs: first + index }))

/** The promises of `Store.imports.merge`. */
export function mergeSuite(it: ItWithStore): void {
  describe('merging an import', () => {
    it('adds its rows, and replaces those of the same id', async ({ store, dataset, reopen }) => {
      await importRecords(store, dataset, [record('a', 1), record('b', 1)])
      await importRecords(store, dataset, [record('b', 2), record('c', 2)], 'merge')
      const again = await reopen()
      assert.deepEqual(await each(again.records.scan(dataset, 'ALL'), 'fields'), ['[1]', '[2]', '[2]'])
      assert.equal((await again.records.get(dataset, 'b'))!.fields, '[2]')
    })

    it('adds interactions, each once', async ({ store, dataset }) => {
      await importInteractions(store, dataset, [click(), click({ itemId: 'b' })])
      await importInteractions(store, dataset, [click({ itemId: 'b' }), click({ itemId: 'c' })], 'merge')
      assert.deepEqual(await each(store.interactions.scan(dataset, 'BULK'), 'itemId'), ['a', 'b', 'c'])
    })

    it('is the first import where there was none', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('a', 1)], 'merge')
      await importRecords(store, dataset, [record('b', 2)], 'merge')
      assert.deepEqual(await each(store.records.scan(dataset, 'BULK'), 'id'), ['a', 'b'])
    })

    it('leaves what was put, and the newer of put and bulk in effect', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('a', 'bulk')])
      await store.records.put(dataset, [record('a', 'put'), record('b', 'put')])
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, [record('a', 'merged'), record('b', 'merged')])
      await store.records.put(dataset, [record('b', 'put again')])
      await store.imports.merge(dataset, generation)
      assert.deepEqual(await each(store.records.scan(dataset, 'PUT'), 'fields'), ['["put"]', '["put again"]'])
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'fields'), ['["merged"]', '["put again"]'])
    })

    it('moves big generations whole', async ({ store, dataset }) => {
      await importRecords(store, dataset, recordsFrom(0, 500, 'old'))
      await importRecords(store, dataset, recordsFrom(250, MANY, 'new'), 'merge')
      assert.equal(await store.records.count(dataset, 'BULK'), MANY + 250)
      const found = await each(store.records.scan(dataset, 'BULK'), 'fields')
      assert.equal(found.filter(fields => fields === '["new"]').length, MANY)
    })

    it('moves interactions of many users whole', async ({ store, dataset }) => {
      const clicks = Array.from({ length: MANY }, (_, user) => click({ userId: `${user}` }))
      await importInteractions(store, dataset, [click({ userId: 'first' })])
      await importInteractions(store, dataset, clicks, 'merge')
      assert.equal(await store.interactions.count(dataset, 'BULK'), MANY + 1)
      assert.equal(new Set(await each(store.interactions.scan(dataset, 'BULK'), 'userId')).size, MANY + 1)
    })

    it('moves big generations of interactions whole', async ({ store, dataset }) => {
      await importInteractions(store, dataset, clicks(0, 500))
      await importInteractions(store, dataset, clicks(250, MANY), 'merge')
      const times = await each(store.interactions.scan(dataset, 'BULK'), 'timestampMs')
      assert.deepEqual(times, [...Array(MANY + 250).keys()])
    })

    it('is safe to run again, after its end or in the midst of it', async ({ store, dataset, reopen }) => {
      await importRecords(store, dataset, [record('first')])
      const generation = await store.imports.begin(dataset)
      await store.imports.stageRecords(dataset, generation, recordsFrom(0, 5000))
      const interrupted = store.imports.merge(dataset, generation)
      const again = await Promise.allSettled([interrupted, reopen()]).then(([_, opened]) => opened)
      assert.ok(again.status === 'fulfilled')
      for (let time = 0; time < 2; time++) await again.value.imports.merge(dataset, generation)
      await again.value.purge()
      assert.equal(await again.value.records.count(dataset, 'BULK'), 5001)
    })
  })
}
