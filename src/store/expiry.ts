/** The age at which the interactions of a dataset are deleted. */
export interface AgeLimit {
  readonly dataset: number
  /** Milliseconds since 1970: interactions with an earlier timestamp are deleted. */
  readonly before: number
}

/** The number of interactions that a step deleted, and of these, how many were too old when they arrived. */
export interface Expired {
  readonly dataset: number
  readonly deleted: number
  readonly late: number
}
