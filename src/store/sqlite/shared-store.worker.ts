/** The other thread in `store.test.ts`: puts 500 records, imports 3 and reads its own writes. */
import assert from 'node:assert/strict'
import { workerData } from 'node:worker_threads'
import { StoreError, type StoreHandle } from '../store.ts'
import { importRecords, record } from '../suite/fixture.ts'
import { openSharedSqliteStore } from './store.ts'

const { handle, dataset } = workerData as { handle: StoreHandle; dataset: number }
const store = openSharedSqliteStore(handle)

await Promise.all(Array.from({ length: 500 }, (_, n) => store.records.put(dataset, [record(`theirs${n}`, n)])))
assert.equal((await store.records.get(dataset, 'theirs499'))!.fields, '[499]')
await importRecords(store, dataset, [record('a'), record('b'), record('c')])
await assert.rejects(store.records.put(-1, []), StoreError)
await store.close()
