import { UNFINISHED_SQL } from '../statuses.ts'
import type { ClaimStore } from '../store.ts'
import { connectionsFor } from './connections.ts'
import { type Database, statements } from './database.ts'

const sql = statements('claims', {
  take: `
    INSERT INTO claims AS claim (job, worker, kept_at) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (job) DO UPDATE SET worker = excluded.worker, kept_at = excluded.kept_at
    WHERE claim.worker = excluded.worker OR claim.kept_at < clock_timestamp() - $3 * interval '1 millisecond'
    RETURNING job`,
  // Of the worker that had it before: it is dead, or slow and in the middle of a transaction.
  end: `
    SELECT pid, pg_terminate_backend(pid, 5000) AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, $1) AND application_name <> $2`,
  // A statement of its own: within one, pg_stat_activity stays as it was at the first look.
  left: `
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, $1) AND pid = ANY ($2)`,

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
      if (await endOthers(db, job, worker)) return true
      await this.release(job, worker)
      return false
    },
    keep: async (jobs, worker) => (await db.query<{ job: number }>(sql.keep, [worker, jobs])).map(({ job }) => job),
    release: async (job, worker) => void (await db.query(sql.release, [job, worker])),
    sweep: async lapseMs => void (await db.query(sql.sweep, [lapseMs])),
  }
}

/**
 * Ends the connections that other workers have for a job. Returns whether none of them is left. PostgreSQL says "not
 * ended" of one that is still there after 5 s, and of one that closed before its turn came.
 */
async function endOthers(db: Database, job: number, worker: string): Promise<boolean> {
  const ofJob = connectionsFor(job)
  const others = await db.query<{ pid: number; ended: boolean }>(sql.end, [ofJob, connectionsFor(job, worker)])
  const inDoubt = others.filter(({ ended }) => !ended).map(({ pid }) => pid)
  return inDoubt.length === 0 || (await db.query(sql.left, [ofJob, inDoubt])).length === 0
}
