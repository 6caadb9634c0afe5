import type { ClaimStore } from '../claim-store.ts'
import { UNFINISHED_SQL } from '../statuses.ts'
import { endBackends } from './backends.ts'
import { connectionsFor } from './connections.ts'
import { type Database, statements } from './database.ts'

const sql = statements('claims', {
  take: `
    INSERT INTO claims AS claim (job, worker, kept_at) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (job) DO UPDATE SET worker = excluded.worker, kept_at = excluded.kept_at
    WHERE claim.worker = excluded.worker OR claim.kept_at < clock_timestamp() - $3 * interval '1 millisecond'
    RETURNING job`,

  keep: 'UPDATE claims SET kept_at = clock_timestamp() WHERE worker = $1 AND job = ANY ($2) RETURNING job',
  release: 'DELETE FROM claims WHERE job = $1 AND worker = $2',

  sweep: `
    DELETE FROM claims WHERE kept_at < clock_timestamp() - $1 * interval '1 millisecond'
    AND NOT EXISTS (SELECT FROM resources WHERE id = job AND ${UNFINISHED_SQL})`,
})

/** Times are of one clock, that of the database: those of the servers may differ. */
export function openClaims(db: Database): ClaimStore {
  return {
    async take(job, worker, lapseMs) {
      if ((await db.query(sql.take, [job, worker, lapseMs])).length === 0) return false
      if ((await endOthers(db, job, worker)).length === 0) return true
      await this.release(job, worker)
      return false
    },
    keep: async (jobs, worker) => (await db.query<{ job: number }>(sql.keep, [worker, jobs])).map(({ job }) => job),
    release: async (job, worker) => void (await db.query(sql.release, [job, worker])),
    sweep: async lapseMs => void (await db.query(sql.sweep, [lapseMs])),
  }
}

/**
 * Ends the connections that other workers have for a job: they are dead, or slow and in the middle of a transaction.
 * Returns those that are left.
 */
function endOthers(db: Database, job: number, worker: string): Promise<readonly number[]> {
  return endBackends(db.query, { named: connectionsFor(job), except: connectionsFor(job, worker) })
}
