import { isUnrestricted, mayAllow } from '../policy/policy.ts'
import { MANAGE_KEYS } from './guards.ts'
import type { Principal } from './principal.ts'

/**
 * Returns those of some actions that a principal may do on some resource under some conditions, for clients that offer
 * only what may succeed. A request may still be refused.
 * @param actions each with whether a request for it may reach a dataset group
 */
export function permittedActions(
  { policies, sessionStart }: Principal,
  actions: ReadonlyMap<string, boolean>,
): readonly string[] {
  const isFree = policies.every(({ policy }) => isUnrestricted(policy)) && sessionStart === undefined
  const isPermitted = ([action, isOfGroup]: readonly [string, boolean]) =>
    action === MANAGE_KEYS ? isFree : policies.every(({ policy }) => mayAllow(policy, action, isOfGroup))
  return [...actions].filter(isPermitted).map(([action]) => action)
}
