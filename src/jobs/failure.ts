/** Why a job cannot be done, in words for the client: its message becomes the job's `failureReason`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
}
