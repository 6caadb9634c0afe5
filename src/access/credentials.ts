import type { AccessKey } from '../config/config.ts'
import type { Services } from '../operations/operation.ts'
import { readPolicy } from '../policy/policy.ts'
import type { Credentials } from '../wire/aws/authenticate.ts'
import type { OriginOf } from '../wire/aws/origin.ts'
import { openGuards } from './guards.ts'
import { type Principal, userArn } from './principal.ts'

/** Returns the access keys of the configuration, each with the guard that its policy needs. */
export function openCredentials(keys: readonly AccessKey[], services: Services, originOf: OriginOf): Credentials {
  const guards = openGuards(services, originOf)
  const { accountId } = services.arns
  return new Map(
    keys.map(key => [key.accessKeyId, { ...key, guard: guards(principalOf(key, accountId)) } as never] as const),
  )
}

/** The user that a key of the configuration stands for: its name is the key's id. */
function principalOf({ accessKeyId, policy }: AccessKey, accountId: string): Principal {
  return {
    arn: userArn(accountId, accessKeyId),
    accountId,
    userId: accessKeyId,
    userName: accessKeyId,
    policies: policy ? [{ kind: 'identity-based', policy: readPolicy(policy) }] : [],
  }
}
