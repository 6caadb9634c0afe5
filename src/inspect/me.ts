import { permittedActions } from '../access/permissions.ts'
import { rootOf } from '../access/principal.ts'
import type { Route } from './route.ts'

/**
 * Returns the route that shows whom a key stands for, and the actions that it may do on some resource. It needs no
 * permission, as GetCallerIdentity of STS.
 * @param actions all actions that there are, as policies name them, with whether they may reach a dataset group
 */
export function me(actions: () => ReadonlyMap<string, boolean>): Route {
  return async ({ access }, _parameters, _body, caller = rootOf(access.sts.accountId)) => {
    return { arn: caller.arn, actions: permittedActions(caller, actions()) }
  }
}
