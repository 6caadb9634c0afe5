import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Change } from '../store.ts'
import { click, type ItInScene, importRecords, record } from './scene.ts'

/** What `Store.watch` promises. */
export function watchSuite(it: ItInScene): void {
  describe('watching', () => {
    it('tells of what is put before it is acknowledged', async ({ store, dataset }) => {
      const told: Change[] = []
      const end = store.watch(change => told.push(change))
      await store.records.put(dataset, [record('ann')])
      assert.deepEqual(told, [{ dataset, kind: 'records', rows: [record('ann')] }])
      await store.interactions.put(dataset, [click()])
      assert.deepEqual(told[1], { dataset, kind: 'interactions', rows: [click()] })
      end()
      await store.records.put(dataset, [record('ben')])
      assert.equal(told.length, 2)
    })

    it('tells that an import or a deletion changed a dataset', async ({ store, dataset }) => {
      const told: Change[] = []
      store.watch(change => told.push(change))
      await importRecords(store, dataset, [record('ann')])
      await setTimeout(1)
      assert.deepEqual(told, [{ dataset, kind: 'all' }])
      await store.records.delete(dataset, ['ann'])
      await setTimeout(1)
      assert.equal(told.length, 2)
    })

    it('tells once of an import that adds to another, when all of it is there', async ({ store, dataset }) => {
      await importRecords(store, dataset, [record('ann')])
      const told: Change[] = []
      store.watch(change => told.push(change))
      const generation = await store.imports.begin(dataset)
      const many = Array.from({ length: 2500 }, (_, i) => record(`user ${i}`))
      await store.imports.stageRecords(dataset, generation, many)
      await store.imports.merge(dataset, generation)
      await setTimeout(1)
      assert.deepEqual(told, [{ dataset, kind: 'all' }])
    })

    it('does not tell of what was refused', async ({ store, dataset }) => {
      const told: Change[] = []
      store.watch(change => told.push(change))
      await assert.rejects(store.records.put(dataset + 1, [record('ann')]))
      assert.deepEqual(told, [])
    })
  })
}
