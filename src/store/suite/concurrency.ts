import assert from 'node:assert/strict'
import { describe } from 'node:test'
import {
  click,
  createDataset,
  each,
  GROUP,
  type ItWithStore,
  importRecords,
  record,
  recordsFrom,
  resource,
} from './fixture.ts'

/** The promises for many calls at the same time. */
export function concurrencySuite(it: ItWithStore): void {
  describe('at the same time', () => {
    it('all of many puts land', async ({ store, dataset, reopen }) => {
      await Promise.all(recordsFrom(0, 1000).map(one => store.records.put(dataset, [one])))
      await Promise.all(recordsFrom(0, 1000).map(({ id }) => store.interactions.put(dataset, [click({ userId: id })])))
      const again = await reopen()
      assert.equal(await again.records.count(dataset, 'ALL'), 1000)
      assert.equal(await again.interactions.count(dataset, 'ALL'), 1000)
    })

    it('puts to one id land in the order of the calls', async ({ store, dataset }) => {
      await Promise.all(Array.from({ length: 1000 }, (_, n) => store.records.put(dataset, [record('ann', n)])))
      assert.equal((await store.records.get(dataset, 'ann'))!.fields, '[999]')
    })

    it('what fails among others fails alone', async ({ store, dataset }) => {
      const broken = { id: 'broken', fields: null as unknown as string }
      const outcomes = await Promise.allSettled([
        store.records.put(dataset, [record('a')]),
        store.resources.create(resource(GROUP)),
        store.records.put(dataset + 1000, [record('b')]),
        store.records.put(dataset, [record('c'), broken]),
        store.interactions.put(dataset, [click()]),
        store.records.put(dataset, [record('d')]),
      ])
      assert.deepEqual(
        outcomes.map(outcome => (outcome.status === 'fulfilled' ? 'done' : (outcome.reason.code ?? 'fault'))),
        ['done', 'exists', 'missing', 'fault', 'done', 'done'],
      )
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'id'), ['a', 'd'])
      assert.equal(await store.interactions.count(dataset, 'ALL'), 1)
    })

    it('one of many creations of an ARN succeeds', async ({ store }) => {
      const creations = Array.from({ length: 50 }, () => store.resources.create(resource('one', { kind: 'schema' })))
      const outcomes = await Promise.allSettled(creations)
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.equal((await store.resources.list({ kind: 'schema' })).filter(({ arn }) => arn === 'one').length, 1)
    })

    it('a write is seen as soon as it is acknowledged', async ({ store, dataset }) => {
      const putAndGet = async (n: number) => {
        await store.records.put(dataset, [record(`${n}`, n)])
        assert.equal((await store.records.get(dataset, `${n}`))?.fields, `[${n}]`)
      }
      await Promise.all(Array.from({ length: 500 }, (_, n) => putAndGet(n)))
    })

    it('puts, imports and purges do not disturb each other', async ({ store, dataset }) => {
      const doomed = await createDataset(store, 'doomed')
      await importRecords(store, doomed, recordsFrom(0, 3500))
      await Promise.all([
        store.resources.remove('doomed').then(() => store.purge()),
        importRecords(store, dataset, recordsFrom(0, 3500)).then(() =>
          importRecords(store, dataset, recordsFrom(1000, 3500), 'merge'),
        ),
        ...Array.from({ length: 500 }, (_, n) => store.records.put(dataset, [record(`put${n}`)])),
      ])
      assert.equal(await store.records.count(dataset, 'BULK'), 4500)
      assert.equal(await store.records.count(dataset, 'PUT'), 500)
      assert.equal(await store.records.count(doomed, 'ALL'), 0)
    })
  })
}
