/**
 * Work in the background: imports, training, batch recommendations and so on. A job is a resource; its status is the
 * truth about it. Servers that share a store share its jobs: any of them does any.
 */
export interface Jobs {
  /** Says that the job with this ARN is in the store with a status of PENDING, so that it is begun. */
  start(arn: string): void
  /**
   * Stops a solution version. One that waits is CREATE STOPPED when this resolves. One in training is CREATE STOPPING
   * then, and CREATE STOPPED when its thread has ended, on any server. One that is neither is left as it is.
   */
  stop(arn: string): Promise<void>
  /**
   * From now on does the store's jobs: those cut off by a stop of the server, and those that others were told to start.
   */
  resume(): Promise<void>
  /**
   * Stops running jobs, so that they are taken up again: by another server at once, or by `resume` at the next start.
   */
  close(): Promise<void>
}
