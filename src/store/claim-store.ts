/** A job and the worker that has it. */
export interface Claim {
  readonly job: number
  readonly worker: string
}

/** Which worker does which job. A job has one worker at a time; another takes it over if that one is silent. */
export interface ClaimStore {
  /**
   * Takes a job that nobody has, or whose worker has not kept it for `lapseMs`. Returns whether that succeeded. Then
   * nothing that another wrote for the job is under way any more, nor can be: see `Store.share`.
   */
  take(job: number, worker: string, lapseMs: number): Promise<boolean>
  /** Says that the worker lives. Returns those of the jobs that are still its own. */
  keep(jobs: readonly number[], worker: string): Promise<readonly number[]>
  /** Lets go of a job that is done, or that another may do. */
  release(job: number, worker: string): Promise<void>
  /** Lets go of the jobs that are over whose worker has not kept them for `lapseMs`: it died before it could. */
  sweep(lapseMs: number): Promise<void>
}
