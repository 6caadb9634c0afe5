/** Why a job cannot be done, in words for the client: its message becomes the job's `failureReason`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
  /** For the log alone: a hint for the operator. */
  readonly hint: string | undefined
  /** Of a deletion that began: the rows that it deleted. */
  readonly rowsDeleted: number

  constructor(message: string, hint?: string, rowsDeleted = 0) {
    super(message)
    this.hint = hint
    this.rowsDeleted = rowsDeleted
  }
}
