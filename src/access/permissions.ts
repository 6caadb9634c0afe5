import { isUnrestricted, mayAllow } from '../policy/policy.ts'
import { MANAGE_KEYS } from './guards.ts'
import type { Principal } from './principal.ts'

/**
 * Returns those of some actions that a principal may do on some resource under some conditions, for clients that offer
 * only what may succeed. A request may still be refused.
 */
export function permittedActions({ policies, sessionStart }: Principal, actions: readonly string[]): readonly string[] {
  const isFree = policies.every(({ policy }) => isUnrestricted(policy)) && sessionStart === undefined
  return actions.filter(action =>
    action === MANAGE_KEYS ? isFree : policies.every(({ policy }) => mayAllow(policy, action)),
  )
}
