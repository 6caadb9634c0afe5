import { randomUUID } from 'node:crypto'
import type { ClaimStore } from '../../store/claim-store.ts'

/**
 * A worker that has not renewed a claim for so long has lost it to the next that asks for it. All servers on one store
 * must have the same.
 */
export const LAPSE_MS = 10_000

/** How often claims are renewed before they would lapse. */
export const BEATS_PER_LAPSE = 5

/** The claims of one worker: while it has that of a job, no other worker begins the job. */
export interface WorkerClaims {
  /** Its id, another each time that it starts. */
  readonly worker: string
  /** Whether the job is this worker's from now on; it is not where another has it and renews its claim. */
  take(job: number): Promise<boolean>
  /** Returns those of the jobs that are still this worker's; their claims hold for another lapse. */
  renew(jobs: readonly number[]): Promise<ReadonlySet<number>>
  /** Does nothing where another has it by now. */
  release(job: number): Promise<void>
  /** Releases the jobs that are over whose worker died before it could. */
  sweep(): Promise<void>
}

/** The claims of a worker that starts now. @param lapseMs how long a claim holds that is not renewed */
export function openWorkerClaims(claims: ClaimStore, lapseMs: number): WorkerClaims {
  const worker = randomUUID()
  return {
    worker,
    take: job => claims.take(job, worker, lapseMs),
    renew: async jobs => new Set(jobs.length === 0 ? [] : await claims.keep(jobs, worker)),
    release: job => claims.release(job, worker),
    sweep: () => claims.sweep(lapseMs),
  }
}
