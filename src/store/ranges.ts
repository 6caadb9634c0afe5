/** Users by their ids, in the order of `compareBytes`; without an end where it is left out. */
export interface RangeOfUsers {
  readonly from: string
  readonly before?: string | undefined
  /** Names the moment whose rows are read; each reading has one of its own where it is left out. */
  readonly moment?: string | undefined
}

/** The range of all users. */
export const ALL_USERS: RangeOfUsers = { from: '' }
