import { Batches } from './batches.ts'
import type { Database } from './database.ts'
import { type Answer, type Asked, readEach } from './tables/reads.ts'

/** More of them in a statement save nothing, and the first would wait for the last. */
const ASKED_MAX = 64

/**
 * Reads of one record or one user's events. Those that wait go together: a statement costs the server and PostgreSQL
 * several times what one more user in it does. A read begins after it was asked for, so it has all that was put before.
 */
export function readTogether(db: Database) {
  const reads = new Batches<Asked, Answer>(asked => readEach(db, asked), { most: ASKED_MAX })
  return {
    get: async (dataset: number, id: string) => (await reads.add({ dataset, id })).record,
    history: async (dataset: number, id: string, limit: number) => (await reads.add({ dataset, id, limit })).history,
    close: () => reads.close(),
  }
}
