/** The values of a context key, whose name is in lower case; undefined where the request does not have it. */
export type ContextOf = (key: string) => readonly string[] | undefined

/** The question to a policy: may this action be done on this resource? */
export interface PolicyRequest {
  /** Such as `personalize:PutUsers`. */
  readonly action: string
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string
  /** The same resource's ARN in the region that the caller signs for, where that is another than the server's. */
  readonly shownAs?: string | undefined
  readonly context: ContextOf
}
