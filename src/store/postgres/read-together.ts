import { Batches } from './batches.ts'
import type { Database } from './database.ts'
import { type Answer, type Lookup, readEach, readsOf } from './tables/reads.ts'

/** More of them in a statement save nothing, and the first would wait for the last. */
const ASKED_MAX = 64

const WHOLE = readsOf({ records: 'records', interactions: 'interactions', state: 'dataset_state' })

/** Answers questions. A read begins after it was asked for, so it has all that was put before. */
export type Reads = Pick<Batches<Lookup, Answer>, 'add' | 'close'>

/**
 * Reads of one record or one user's events. Those that wait go together: a statement costs the server and PostgreSQL
 * several times what one more user in it does.
 * @param each the statement of these tables
 */
export function readTogether(db: Database, each = WHOLE): Reads {
  return new Batches<Lookup, Answer>(lookups => readEach(db, each, lookups), { most: ASKED_MAX })
}

/** The reads of a store that are of one record or one user's events. */
export const readsByKey = (reads: Reads) => ({
  get: async (dataset: number, id: string) => (await reads.add({ dataset, id })).record,
  history: async (dataset: number, id: string, limit: number) => (await reads.add({ dataset, id, limit })).history,
})
