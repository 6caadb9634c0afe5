/** Users by their ids, in the order of `compareBytes`; without an end where it is left out. */
export interface RangeOfUsers {
  readonly from: string
  readonly before?: string | undefined
}

/** The range of all users. */
export const ALL_USERS: RangeOfUsers = { from: '' }
