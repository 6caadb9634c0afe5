import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { toldEvent } from '../rows.ts'
import type { Change, Store } from '../store.ts'
import {
  anonymousClick,
  click,
  createDataset,
  type ItWithStore,
  importRecords,
  record,
  recordsFrom,
  resource,
} from './fixture.ts'

/** The promises of `Store.watch` and `Store.catchUp`. */
export function watchSuite(it: ItWithStore): void {
  /** Watches from now on. Returns the changes told by then; they include all acknowledged ones. */
  const watching = async (store: Store, isOfRows = (_dataset: number) => true) => {
    await store.catchUp()
    const changes: Change[] = []
    const end = store.watch(change => changes.push(change), isOfRows)
    const told = async () => {
      await store.catchUp()
      return changes.splice(0)
    }
    return { told, end }
  }

  describe('watching', () => {
    it('tells of what is put, but of no event that repeats an eventId', async ({ store, dataset }) => {
      const { told, end } = await watching(store)
      await store.records.put(dataset, [record('ann')])
      assert.deepEqual(await told(), [{ dataset, kind: 'records', rows: [record('ann')] }])
      const bought = click({ eventId: 'e', itemId: 'b' })
      await store.interactions.put(dataset, [click(), click(), bought, click({ eventId: 'e', itemId: 'c' })])
      const rows = await store.interactions.after(dataset, 0, 10)
      assert.deepEqual(
        rows.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['a false', 'b false', 'c true'],
      )
      assert.deepEqual(await told(), [
        { dataset, kind: 'interactions', rows: rows.slice(0, 2).map(event => toldEvent(event, event.seq)) },
      ])
      end()
      await store.records.put(dataset, [record('ben')])
      assert.deepEqual(await told(), [])
    })

    it('tells of all that models count of an event: whose it is, and what was shown, too', async ({
      store,
      dataset,
    }) => {
      const { told } = await watching(store)
      const shown = JSON.stringify({ DEVICE: 'phone "x"', IMPRESSION: 'a|b' })
      await store.interactions.put(dataset, [click({ sessionId: 'visit', eventValue: 1.5, details: shown })])
      await store.interactions.put(dataset, [anonymousClick('visit', { itemId: 'b', details: '{"DEVICE":"phone"}' })])
      await store.interactions.put(dataset, [click({ itemId: 'c' }), anonymousClick('visit', { itemId: 'c' })])
      const rows = (await told()).flatMap(change => (change.kind === 'interactions' ? change.rows : []))
      const stored = await store.interactions.after(dataset, 0, 10)
      assert.deepEqual(
        rows,
        stored.map(event => toldEvent(event, event.seq)),
      )
      assert.deepEqual(
        rows.map(({ userId, details }) => `${userId} ${details}`),
        [`ann ${shown}`, 'ann ', 'ann '],
      )
    })

    it('tells of every put, however many come at once', async ({ store, dataset }) => {
      const { told } = await watching(store)
      await Promise.all(recordsFrom(0, 300).map(one => store.records.put(dataset, [one])))
      const rows = (await told()).flatMap(change => (change.kind === 'records' ? change.rows : []))
      assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set(recordsFrom(0, 300).map(({ id }) => id)))
    })

    it('tells last of the record that is in effect', async ({ store, dataset }) => {
      const { told } = await watching(store)
      const seen: string[] = []
      for (let n = 0; n < 50; n++) {
        await Promise.all([n, n + 0.5].map(value => store.records.put(dataset, [record('ann', value)])))
        for (const change of await told()) if (change.kind === 'records') seen.push(change.rows.at(-1)!.fields)
        assert.equal(seen.at(-1), (await store.records.get(dataset, 'ann'))!.fields)
      }
    })

    it('tells of the rows of no dataset that is of no interest', async ({ store, dataset }) => {
      const other = await createDataset(store, 'other')
      const { told } = await watching(store, id => id === other)
      await store.records.put(dataset, [record('ann')])
      await store.interactions.put(dataset, [click()])
      await store.records.put(other, [record('ben')])
      await importRecords(store, dataset, [record('cid')])
      assert.deepEqual(
        new Set(await told()),
        new Set([
          { dataset: other, kind: 'records', rows: [record('ben')] },
          { dataset, kind: 'all' },
        ]),
      )
    })

    it('tells of no rows where none are asked for', async ({ store, dataset }) => {
      await store.catchUp()
      const changes: Change[] = []
      store.watch(change => changes.push(change))
      await store.records.put(dataset, [record('ann')])
      await store.interactions.put(dataset, [click()])
      await importRecords(store, dataset, [record('ben')])
      await store.catchUp()
      assert.deepEqual(changes, [{ dataset, kind: 'all' }])
    })

    it('tells that an import or a deletion changed a dataset', async ({ store, dataset }) => {
      const { told } = await watching(store)
      await importRecords(store, dataset, [record('ann')])
      assert.deepEqual(await told(), [{ dataset, kind: 'all' }])
      await store.records.delete(dataset, ['ann'])
      assert.deepEqual(await told(), [{ dataset, kind: 'all' }])
    })

    it('tells once of an import that adds to another, when all of it is there', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('ann')])
      const { told } = await watching(store)
      const generation = await store.imports.begin(dataset)
      const many = Array.from({ length: 2500 }, (_, i) => record(`user ${i}`))
      await store.imports.stageRecords(dataset, generation, many)
      await store.imports.merge(dataset, generation)
      assert.deepEqual(await told(), [{ dataset, kind: 'all' }])
    })

    it('tells of resources that are created, updated and removed', async ({ store }) => {
      const { told } = await watching(store)
      await store.resources.create(resource('arn', { kind: 'schema' }))
      await store.resources.update('arn', { document: { name: 'new' } })
      await store.resources.remove('arn')
      assert.deepEqual(await told(), Array(3).fill({ kind: 'resource', arn: 'arn' }))
    })

    it('does not tell of what was refused', async ({ store, dataset }) => {
      const { told } = await watching(store)
      await assert.rejects(store.records.put(dataset + 1, [record('ann')]))
      assert.deepEqual(await told(), [])
    })
  })
}
