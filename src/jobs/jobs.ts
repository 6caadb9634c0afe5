/** Work in the background: imports, training, batch recommendations and so on. A job is a resource; its status is the truth about it. */
export interface Jobs {
  /** Queues the job with this ARN, which must be in the store with a status of PENDING. */
  start(arn: string): void
  /**
   * Stops a solution version: one that waits is CREATE STOPPED when this resolves, one that is trained is CREATE
   * STOPPING then, and CREATE STOPPED when its thread has ended. One that is neither is left as it is.
   */
  stop(arn: string): Promise<void>
  /** Queues again what a stop of the server cut off. */
  resume(): Promise<void>
  /** Stops what runs; it is taken up again by `resume` at the next start. */
  close(): Promise<void>
}
