import type { Claims } from '../store.ts'
import { type Database, statements } from './database.ts'

const sql = statements('claims', {
  take: `
    INSERT INTO claims AS claim (job, worker, kept_at) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (job) DO UPDATE SET worker = excluded.worker, kept_at = excluded.kept_at
    WHERE claim.worker = excluded.worker OR claim.kept_at < clock_timestamp() - $3 * interval '1 millisecond'
    RETURNING job`,
  keep: 'UPDATE claims SET kept_at = clock_timestamp() WHERE worker = $1 AND job = ANY ($2) RETURNING job',
  release: 'DELETE FROM claims WHERE job = $1 AND worker = $2',
})

/** Times are of one clock, that of the database: those of the servers may differ. */
export function openClaims(db: Database): Claims {
  return {
    take: async (job, worker, lapseMs) => (await db.query(sql.take, [job, worker, lapseMs])).length > 0,
    keep: async (jobs, worker) => (await db.query<{ job: number }>(sql.keep, [worker, jobs])).map(({ job }) => job),
    release: async (job, worker) => void (await db.query(sql.release, [job, worker])),
  }
}
