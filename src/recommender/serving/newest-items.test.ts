import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Schema } from '../../datasets/schema.ts'
import { createRandom } from '../../engine/math/random.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import type { Catalogue } from './catalogue.ts'
import { ItemIndex } from './item-index.ts'
import { inOrderOfCreation, openNewest, putInOrderOfCreation } from './newest-items.ts'

const schema: Schema = {
  datasetType: 'ITEMS',
  fields: [
    { name: 'ITEM_ID', type: 'string' },
    { name: 'CREATION_TIMESTAMP', type: 'long' },
  ] as unknown as Schema['fields'],
}

/** A catalogue in which items are put with the time when they were created. */
function openTestCatalogue() {
  const records = new Map<string, DatasetRecord>()
  const changes: string[] = []
  const catalogue: Catalogue = {
    schema,
    get: id => records.get(id) ?? { id, fields: [] },
    has: id => records.has(id),
    get size() {
      return records.size
    },
    ids: records.keys(),
    get version() {
      return changes.length
    },
    changesSince: version => changes.slice(version),
    put() {},
  }
  const put = (id: string, created: number | null) => {
    records.set(id, { id, fields: [created] })
    changes.push(id)
  }
  return { catalogue, put, created: (id: string) => records.get(id)!.fields[0] as number | null }
}

describe('openNewest', () => {
  it('returns the same items in the same order, however they came and changed', () => {
    const random = createRandom(1)
    const { catalogue, put, created } = openTestCatalogue()
    const index = ItemIndex.of(['trained'], catalogue)
    const newest = openNewest(index, schema, 5)
    newest()
    for (let step = 0; step < 2000; step++) {
      put(`item-${Math.floor(40 * random())}`, random() < 0.1 ? null : Math.floor(8 * random()))
      index.sync()
      const ids = index.ids.filter(id => id !== 'trained')
      const all = ids.toSorted((a, b) => {
        const [ofA, ofB] = [created(a) ?? Number.POSITIVE_INFINITY, created(b) ?? Number.POSITIVE_INFINITY]
        return ofA === ofB ? (a < b ? 1 : -1) : ofB - ofA
      })
      assert.deepEqual(
        newest().map(item => index.idOf(item)),
        all.slice(0, 5),
        `step ${step}`,
      )
    }
  })
})

describe('putInOrderOfCreation', () => {
  it('is as if all were sorted again, whatever came and changed', () => {
    const random = createRandom(2)
    const { catalogue, put } = openTestCatalogue()
    const index = ItemIndex.of([], catalogue)
    const changed = new Set<number>()
    index.follow(item => changed.add(item))
    const isWanted = (item: number) => item % 5 > 0
    let list: Int32Array = new Int32Array(0)
    for (let step = 0; step < 500; step++) {
      for (let puts = Math.floor((step % 9 === 0 ? 30 : 5) * random()); puts > 0; puts--)
        put(`item-${Math.floor(60 * random())}`, random() < 0.1 ? null : Math.floor(8 * random()))
      index.sync()
      list = putInOrderOfCreation(list, changed, { itemIndex: index, schema, isWanted })
      changed.clear()
      const all = Int32Array.from({ length: index.size }, (_, item) => item).filter(isWanted)
      assert.deepEqual(list, inOrderOfCreation(all, index, schema), `step ${step}`)
    }
  })
})

describe('inOrderOfCreation', () => {
  it('sorts as a comparison of each two would, however many they are', () => {
    const random = createRandom(3)
    for (const count of [0, 1, 4096, 4097, 12_289]) {
      const { catalogue, put, created } = openTestCatalogue()
      for (let item = 0; item < count; item++)
        put(`item-${Math.floor(1e9 * random())}`, random() < 0.1 ? null : Math.floor(100 * random()))
      const index = ItemIndex.of([], catalogue)
      const timeOf = (item: number) => created(index.idOf(item)) ?? Number.POSITIVE_INFINITY
      const all = Int32Array.from({ length: index.size }, (_, item) => item)
      const expected = [...all].sort((a, b) => {
        const [ofA, ofB] = [timeOf(a), timeOf(b)]
        return ofA === ofB ? index.compare(a, b) : ofA - ofB
      })
      assert.deepEqual([...inOrderOfCreation(all, index, schema)], expected)
      assert.deepEqual([...inOrderOfCreation(Int32Array.from(expected), index, schema)], expected)
    }
  })
})
