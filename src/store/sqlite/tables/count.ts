import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Ingestion } from '../../rows.ts'
import { datasetState } from './datasets.ts'

/** Rows counted between two looks at the event loop: some 2 ms. */
const SLICE = 10_000

/** Where a slice ends: at no key for the last one. Any TEXT is less than a BLOB. */
const IN_SLICE = (key: string) => `${key} > ?3 AND ${key} <= ifnull(?4, x'')`

/**
 * Returns a function that counts the records of a dataset, a slice at a time, so that requests are answered meanwhile.
 * Counting five million in one go would hold them up for a second. Exact where nothing is written meanwhile.
 */
export function countRecords(db: DatabaseSync) {
  const state = datasetState(db)
  const endOfSlice = db.prepare(`
    SELECT id AS end FROM records WHERE dataset = ? AND source = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ${SLICE}`)
  const inOne = db.prepare(`
    SELECT count(*) AS n FROM records WHERE dataset = ?1 AND source = ?2 AND ${IN_SLICE('id')}`)
  const inBoth = db.prepare(`
    SELECT count(*) AS n FROM records AS put JOIN records AS bulk USING (dataset, id)
    WHERE dataset = ?1 AND put.source = 0 AND bulk.source = ?2 AND ${IN_SLICE('put.id')}`)

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
