import type { Policy } from '../policy/policy.ts'
import type { Identity } from '../wire/aws/authenticate.ts'

/** Whom a request is from, by its access key. */
export interface Principal extends Identity {
  /** When its session was made, in milliseconds since 1970. */
  readonly sessionStart?: number | undefined
  /** Everything must be allowed by each of them; none is a root's, who may do everything. */
  readonly policies: readonly PrincipalPolicy[]
}

export interface PrincipalPolicy {
  readonly kind: 'identity-based' | 'session'
  readonly policy: Policy
}

/** Who the account's root is. */
export function rootOf(accountId: string): Principal {
  return { arn: `arn:aws:iam::${accountId}:root`, accountId, userId: accountId, policies: [] }
}

/** The ARN of a user of an account. */
export function userArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:user/${name}`
}
