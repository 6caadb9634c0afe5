import { AccessDeniedException } from '../contract/errors.ts'
import type { Policy } from '../policy/policy.ts'
import type { Identity } from '../wire/aws/authenticate.ts'

/** Whom a request is from, by its access key. */
export interface Principal extends Identity {
  /** When its session was made, in milliseconds since 1970. */
  readonly sessionStart?: number | undefined
  /** Everything must be allowed by each of them; none is a root's, who may do everything. */
  readonly policies: readonly PrincipalPolicy[]
}

interface PrincipalPolicy {
  readonly kind: 'identity-based' | 'session'
  readonly policy: Policy
}

/** The account's root as a principal. */
export function rootOf(accountId: string): Principal {
  return { arn: `arn:aws:iam::${accountId}:root`, accountId, userId: accountId, policies: [] }
}

/** The ARN of a user of an account. */
export function userArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:user/${name}`
}

/** A session of a role. */
export interface RoleSession {
  readonly name: string
  readonly roleId: string
  readonly sessionName: string
}

/** The ARN of a session of a role. */
export function assumedRoleArn(accountId: string, { name, sessionName }: RoleSession): string {
  return `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`
}

/** The id of a session of a role. */
export function assumedRoleId({ roleId, sessionName }: RoleSession): string {
  return `${roleId}:${sessionName}`
}

/** The refusal of a caller, in the words of AWS. @param why ends the sentence */
export function notAuthorized(arn: string, action: string, resource: string, why?: string): AccessDeniedException {
  const refusal = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`
  return new AccessDeniedException(why === undefined ? refusal : `${refusal} ${why}`)
}
