/** The age at which the interactions of a dataset are deleted. */
export interface AgeLimit {
  readonly dataset: number
  /** Milliseconds since 1970: interactions with an earlier timestamp are deleted. */
  readonly before: number
}

/** How many interactions of a dataset a step deleted, and how many of these were too old when they arrived. */
export interface Expired {
  readonly dataset: number
  readonly deleted: number
  readonly late: number
}
