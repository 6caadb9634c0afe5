import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { Bitmap } from './item-index.ts'

describe('the items that pass a filter', () => {
  const record = (item: number, price: number): DatasetRecord => ({ id: `item-${item}`, fields: [price] })
  const isCheap = ({ fields }: DatasetRecord) => Number(fields[0]) < 10

  it('are those of the records as they are now, after any change', () => {
    const random = createRandom(3)
    const price = () => Math.floor(20 * random())
    const records = Array.from({ length: 50 }, (_, item) => record(item, price()))
    const bitmap = new Bitmap(isCheap)
    bitmap.fill(records)
    for (let change = 0; change < 300; change++) {
      const item = Math.min(records.length, Math.floor((records.length + 3) * random()))
      records[item] = record(item, price())
      bitmap.update(item, records[item])
      const cheap = records.flatMap((one, at) => (isCheap(one) ? at : []))
      assert.deepEqual([...bitmap.items], cheap)
      assert.equal(bitmap.count, cheap.length)
      assert.ok(records.every((one, at) => bitmap.has(at) === isCheap(one)))
    }
  })

  it('are the same list until one of them changes', () => {
    const bitmap = new Bitmap(isCheap)
    bitmap.fill([record(0, 1), record(1, 30)])
    const { items } = bitmap
    bitmap.update(1, record(1, 40))
    assert.equal(bitmap.items, items)
    bitmap.update(1, record(1, 2))
    assert.notEqual(bitmap.items, items)
  })

  it('are known once all were tested, some at a time, while records change and come', () => {
    const random = createRandom(7)
    const price = () => Math.floor(20 * random())
    const records = Array.from({ length: 100 }, (_, item) => record(item, price()))
    const bitmap = new Bitmap(isCheap)
    let parts = 1
    for (; !bitmap.fill(records, 9); parts++)
      for (let change = 0; change < 4; change++) {
        const item = Math.min(records.length, Math.floor((records.length + 2) * random()))
        records[item] = record(item, price())
        bitmap.update(item, records[item])
      }
    assert.ok(parts > 11)
    const cheap = records.flatMap((one, at) => (isCheap(one) ? at : []))
    assert.deepEqual([...bitmap.items], cheap)
    assert.equal(bitmap.count, cheap.length)
  })
})
