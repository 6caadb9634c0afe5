import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Ingestion } from '../store.ts'
import { datasetState } from './datasets.ts'

/** Rows counted between two looks at the event loop: some 2 ms. */
const SLICE = 10_000

/** Where a slice ends: at no key for the last one. Any TEXT is less than a BLOB. */
const IN_SLICE = (key: string) => `${key} > ?3 AND ${key} <= ifnull(?4, x'')`

/**
 * A function that counts the rows of a dataset, a slice at a time, so that requests are answered meanwhile: of five
 * million in one go they would wait for a second. Exact where nothing is written meanwhile.
 * @param key the first column of the table's key after dataset and source
 * @param identity all of them
 */
export function countIn(db: DatabaseSync, table: 'records' | 'interactions', key: string, identity: string) {
  const state = datasetState(db)
  const endOfSlice = db.prepare(`
    SELECT ${key} AS end FROM ${table} WHERE dataset = ? AND source = ? AND ${key} > ?
    ORDER BY ${key} LIMIT 1 OFFSET ${SLICE}`)
  const inOne = db.prepare(`
    SELECT count(*) AS n FROM ${table} WHERE dataset = ?1 AND source = ?2 AND ${IN_SLICE(key)}`)
  const inBoth = db.prepare(`
    SELECT count(*) AS n FROM ${table} AS put JOIN ${table} AS bulk USING (dataset, ${identity})
    WHERE dataset = ?1 AND put.source = 0 AND bulk.source = ?2 AND ${IN_SLICE(`put.${key}`)}`)

  const sum = async (statement: typeof inOne, dataset: number, source: number, slicedBy: number) => {
    let total = 0
    for (let after: string | null = ''; after !== null; await setImmediate()) {
      const end = (endOfSlice.get(dataset, slicedBy, after)?.end ?? null) as string | null
      total += statement.get(dataset, source, after, end)!.n as number
      after = end
    }
    return total
  }
  return async (dataset: number, ingestion: Ingestion): Promise<number> => {
    const { generation } = state(dataset)
    const put = ingestion === 'BULK' ? 0 : await sum(inOne, dataset, 0, 0)
    if (ingestion === 'PUT' || generation === 0) return put
    const bulk = await sum(inOne, dataset, generation, generation)
    return put + bulk - (ingestion === 'ALL' ? await sum(inBoth, dataset, generation, 0) : 0)
  }
}
