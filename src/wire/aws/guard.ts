import type { SignableHead } from './sigv4.ts'

/** An authenticated caller's wish. */
export interface Wanted {
  /** Such as `personalize:PutUsers`, or `personalite:InspectRecords`. */
  readonly action: string
  /** The members of the request; ARNs are this server's own. */
  readonly input: object
  readonly head: SignableHead
  /** The region that the caller signs for. */
  readonly region: string
}

/** Checks that a caller may do what it wants. @throws AccessDeniedException */
export type Guard = (wanted: Wanted) => void | Promise<void>
