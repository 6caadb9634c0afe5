/** Work in the background: imports, exports, deletions. A job is a resource; its status is the truth about it. */
export interface Jobs {
  /** Queues the job with this ARN, which must be in the store with a status of PENDING. */
  start(arn: string): void
  /** Queues again what a stop of the server cut off. */
  resume(): Promise<void>
  /** Stops what runs; it is taken up again by `resume` at the next start. */
  close(): Promise<void>
}
