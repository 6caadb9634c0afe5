import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { StoredRecord } from '../rows.ts'
import { createDataset, each, type ItWithStore, importRecords, record, resource } from './fixture.ts'

/** The promises of `Store.records`. */
export function recordsSuite(it: ItWithStore): void {
  describe('putting records', () => {
    it('returns what was put, also after reopening', async ({ store, dataset, reopen }) => {
      await store.records.put(dataset, [record('ann', 30, 'é😀', null)])
      const { seq, ...ann } = (await store.records.get(dataset, 'ann'))!
      assert.deepEqual(ann, { ...record('ann', 30, 'é😀', null), ingestion: 'PUT' })
      assert.deepEqual(await (await reopen()).records.get(dataset, 'ann'), { ...ann, seq })
    })

    it('has nothing under an id that nobody put', async ({ store, dataset }) => {
      assert.equal(await store.records.get(dataset, 'nobody'), undefined)
    })

    it('replaces whole what was under the id, and is newer', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('ann', 30, 'Paris')])
      const old = (await store.records.get(dataset, 'ann'))!
      await store.records.put(dataset, [record('ann', 31)])
      const ann = (await store.records.get(dataset, 'ann'))!
      assert.equal(ann.fields, '[31]')
      assert.ok(ann.seq > old.seq)
    })

    it('lets the last of an id in a call stand', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('ann', 1), record('ben', 1), record('ann', 2)])
      assert.equal((await store.records.get(dataset, 'ann'))!.fields, '[2]')
      assert.equal(await store.records.count(dataset, 'PUT'), 2)
    })

    it('keeps datasets apart', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      await store.records.put(dataset, [record('ann', 1)])
      assert.equal(await store.records.get(other, 'ann'), undefined)
    })

    it('stores nothing where the dataset is missing or not ACTIVE', async ({ store, dataset }) => {
      const { id } = await store.resources.create(resource('pending', { kind: 'dataset', status: 'CREATE PENDING' }))
      await assert.rejects(store.records.put(id, [record('ann')]), { name: 'StoreError', code: 'inactive' })
      await assert.rejects(store.records.put(dataset + 1000, [record('ann')]), { code: 'missing' })
      assert.equal(await store.records.count(id, 'ALL'), 0)
      assert.equal(await store.records.count(dataset + 1000, 'ALL'), 0)
    })

    it('stores none where one cannot be stored', async ({ store, dataset }) => {
      const broken = { id: 'ben', fields: null } as unknown as StoredRecord
      await assert.rejects(store.records.put(dataset, [record('ann'), broken]))
      assert.equal(await store.records.count(dataset, 'ALL'), 0)
      assert.deepEqual(await store.records.latest(dataset, 10), [])
    })
  })

  describe('the record in effect', () => {
    it('is the imported one where it came after the put', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('ann', 'put')])
      await importRecords(store, dataset, [record('ann', 'bulk')])
      const { fields, ingestion } = (await store.records.get(dataset, 'ann'))!
      assert.deepEqual([fields, ingestion], ['["bulk"]', 'BULK'])
    })

    it('is the put one where it came after the import', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('ann', 'bulk')])
      await store.records.put(dataset, [record('ann', 'put')])
      const { fields, ingestion } = (await store.records.get(dataset, 'ann'))!
      assert.deepEqual([fields, ingestion], ['["put"]', 'PUT'])
    })

    it('is read of many ids at once, those that have one', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('ann', 'put'), record('ben', 'put')])
      await importRecords(store, dataset, [record('ann', 'bulk'), record('cleo', 'bulk')])
      await store.records.put(dataset, [record('dan', 'put')])
      const found = await store.records.getMany(dataset, ['dan', 'nobody', 'ann', 'ben'])
      const expected = await Promise.all(['ann', 'ben', 'dan'].map(id => store.records.get(dataset, id)))
      assert.deepEqual(
        found.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        expected,
      )
      assert.deepEqual(await store.records.getMany(dataset, []), [])
    })
  })

  describe('the latest records', () => {
    it('come newest first, as many as asked for', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('a'), record('b')])
      await store.records.put(dataset, [record('c')])
      assert.deepEqual(await each(store.records.latest(dataset, 10), 'id'), ['c', 'b', 'a'])
      assert.deepEqual(await each(store.records.latest(dataset, 2), 'id'), ['c', 'b'])
      assert.deepEqual(await store.records.latest(dataset, 0), [])
    })

    it('repeat no id, and come as they are now', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('a', 1), record('b', 1)])
      await store.records.put(dataset, [record('a', 2)])
      await importRecords(store, dataset, [record('b', 'bulk')])
      assert.deepEqual(await each(store.records.latest(dataset, 10), 'fields'), ['[2]', '["bulk"]'])
    })

    it('leave out what was deleted, what was imported only and other datasets', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      await store.records.put(dataset, [record('a'), record('b')])
      await store.records.put(other, [record('c')])
      await importRecords(store, dataset, [record('d')])
      await store.records.delete(dataset, ['a'])
      assert.deepEqual(await each(store.records.latest(dataset, 10), 'id'), ['b'])
    })

    it('do not hold back what is read afterwards', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('a'), record('b')])
      await store.records.latest(dataset, 1)
      await store.records.put(dataset, [record('c')])
      assert.deepEqual(await each(store.records.latest(dataset, 1), 'id'), ['c'])
    })
  })

  describe('a page of records', () => {
    const ids = ['10', '9', 'A', 'a', 'ab', 'b', 'é', '\uffee', '😀', '😀1']

    it('goes in the order of ids, by their UTF-8 bytes, from an id on', async ({ store, dataset }) => {
      await store.records.put(
        dataset,
        ids.filter((_, index) => index % 2 === 1).map(id => record(id)),
      )
      await importRecords(
        store,
        dataset,
        ids.filter((_, index) => index % 2 === 0).map(id => record(id)),
      )
      const page = (after: string | undefined, limit: number, prefix = '') =>
        each(store.records.page(dataset, { prefix, after, limit }), 'id')
      assert.deepEqual(await page(undefined, 100), ids)
      assert.deepEqual(await page('9', 3), ['A', 'a', 'ab'])
      assert.deepEqual(await page('9z', 2), ['A', 'a'])
      assert.deepEqual(await page('😀1', 2), [])
      assert.deepEqual(await page(undefined, 5, 'a'), ['a', 'ab'])
      assert.deepEqual(await page('a', 5, 'a'), ['ab'])
      assert.deepEqual(await page('ab', 5, 'a'), [])
      assert.deepEqual(await page(undefined, 5, '😀'), ['😀', '😀1'])
      assert.deepEqual(await page(undefined, 5, '%'), [])
    })

    it('has every id that begins with a text, the last ones too', async ({ store, dataset }) => {
      const last = '\u{10FFFF}'
      const ids = ['a', `a${last}`, `a${last}${last}`, `a${last.repeat(255)}`, 'b', last, last.repeat(256)]
      await store.records.put(
        dataset,
        ids.map(id => record(id)),
      )
      const page = (prefix: string) => each(store.records.page(dataset, { prefix, limit: 10 }), 'id')
      assert.deepEqual(await page('a'), ids.slice(0, 4))
      assert.deepEqual(await page(last), ids.slice(5))
      assert.deepEqual(await page(''), ids)
    })

    it('has those in effect, each once', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('both', 'old'), record('put', 1)])
      await importRecords(store, dataset, [record('both', 'bulk'), record('bulk', 1)])
      await store.records.put(dataset, [record('put', 2)])
      await store.records.delete(dataset, ['bulk'])
      assert.deepEqual(await each(store.records.page(dataset, { prefix: '', limit: 10 }), 'fields'), [
        '["bulk"]',
        '[2]',
      ])
      assert.deepEqual(await each(store.records.page(dataset, { prefix: '', limit: 1 }), 'id'), ['both'])
      assert.deepEqual(await store.records.page(dataset + 1000, { prefix: '', limit: 10 }), [])
    })
  })

  describe('scanning records', () => {
    it('goes in the order of ids, by their UTF-8 bytes', async ({ store, dataset }) => {
      const ids = ['', '10', '9', 'A', 'Z', 'a', 'b', 'é', '\uffee', '😀']
      const everyOther = (first: 0 | 1) => ids.filter((_, index) => index % 2 === first).map(id => record(id))
      await store.records.put(dataset, everyOther(1).reverse())
      await importRecords(store, dataset, everyOther(0))
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'id'), ids)
    })

    it('returns and counts what was put, what was imported and what is in effect', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('both', 'old'), record('put', 1)])
      await importRecords(store, dataset, [record('both', 'bulk'), record('bulk', 1)])
      const found = async (ingestion: 'PUT' | 'BULK' | 'ALL') => {
        const rows = await Array.fromAsync(store.records.scan(dataset, ingestion))
        assert.equal(await store.records.count(dataset, ingestion), rows.length)
        return rows.map(row => `${row.id} ${row.fields} ${row.ingestion}`)
      }
      assert.deepEqual(await found('PUT'), ['both ["old"] PUT', 'put [1] PUT'])
      assert.deepEqual(await found('BULK'), ['both ["bulk"] BULK', 'bulk [1] BULK'])
      assert.deepEqual(await found('ALL'), ['both ["bulk"] BULK', 'bulk [1] BULK', 'put [1] PUT'])
    })

    it('returns nothing for an empty dataset', async ({ store, dataset }) => {
      for (const ingestion of ['PUT', 'BULK', 'ALL'] as const) {
        assert.deepEqual(await Array.fromAsync(store.records.scan(dataset, ingestion)), [])
        assert.equal(await store.records.count(dataset, ingestion), 0)
      }
    })

    it('returns the rows of one moment, whatever happens meanwhile', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('a'), record('b'), record('c')])
      const scan = store.records.scan(dataset, 'ALL')[Symbol.asyncIterator]()
      await scan.next()
      await store.records.put(dataset, [record('b', 'changed'), record('d')])
      await importRecords(store, dataset, [record('z')])
      await store.purge()
      assert.deepEqual((await scan.next()).value.fields, '[]')
      assert.deepEqual((await scan.next()).value.id, 'c')
      assert.equal((await scan.next()).done, true)
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'id'), ['b', 'd', 'z'])
    })
  })

  describe('deleting records', () => {
    it('deletes them however they came in, and says how many rows', async ({ store, dataset, reopen }) => {
      await store.records.put(dataset, [record('both'), record('put'), record('kept')])
      await importRecords(store, dataset, [record('both'), record('bulk')])
      assert.equal(await store.records.delete(dataset, ['both', 'put', 'bulk', 'nobody']), 4)
      const again = await reopen()
      assert.deepEqual(await each(again.records.scan(dataset, 'ALL'), 'id'), ['kept'])
      assert.equal(await again.records.get(dataset, 'both'), undefined)
    })

    it('leaves what was put after a place in the sequence', async ({ store, dataset }) => {
      await store.records.put(dataset, [record('gone'), record('again', 'before')])
      await importRecords(store, dataset, [record('again', 'bulk'), record('gone', 'bulk')])
      const before = await store.nextSeq()
      await store.records.put(dataset, [record('again', 'after')])
      assert.equal(await store.records.delete(dataset, ['gone', 'again'], before), 3)
      assert.deepEqual(await each(store.records.scan(dataset, 'ALL'), 'fields'), ['["after"]'])
      assert.equal(await store.records.get(dataset, 'gone'), undefined)
    })
  })
}
