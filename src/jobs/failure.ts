/** Why a job cannot be done, in words for the client: its message becomes the job's `failureReason`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
  /** For the log alone: what the operator may want to know. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
