import { join } from 'node:path'
import type { AccessKey, Config } from '../config/config.ts'
import type { Services } from '../operations/operation.ts'
import { readPolicy } from '../policy/policy.ts'
import type { Credentials, Secret } from '../wire/aws/authenticate.ts'
import { openOrigins } from '../wire/aws/origin.ts'
import { type Guards, openGuards } from './guards.ts'
import { type ManagedKeys, openManagedKeys } from './manage-keys.ts'
import { type ManagedRoles, openManagedRoles } from './manage-roles.ts'
import { userArn } from './principal.ts'
import { openSessions } from './sessions.ts'
import { openStoredKeys } from './stored-keys.ts'
import type { StsOptions } from './sts.ts'
import { openVault } from './vault.ts'

const KEY_FILE = 'personalite.key'

/** The keys, roles and rules by which a request is allowed. */
export interface Access {
  readonly credentials: Credentials
  readonly keys: ManagedKeys
  readonly roles: ManagedRoles
  readonly sts: StsOptions
}

/** Opens the keys of the configuration, which come first, and those of the store. */
export async function openAccess(
  config: Config,
  configured: readonly AccessKey[],
  services: Services,
): Promise<Access> {
  const originOf = openOrigins(config.trustedProxies)
  const { store, log } = services
  const { accountId } = services.arns
  const guards = openGuards(services, originOf)
  const isShared = config.store !== undefined
  const hasFile = config.keyFile !== undefined || !isShared
  const vault = openVault(config.keyFile ?? join(config.dataDir, KEY_FILE))
  const stored = await openStoredKeys({ store, vault, accountId, guards, log })
  const own = new Map(configured.map(key => [key.accessKeyId, configuredSecret(key, accountId, guards)]))
  const keyOf = (id: string) => own.get(id) ?? stored.get(id)?.secret
  const sessions = hasFile ? openSessions({ vault, accountId, guards, stored, keyOf }) : undefined
  return {
    credentials: {
      get(id, sessionToken) {
        const isOfSession = sessionToken !== undefined && id.startsWith('ASIA')
        return keyOf(id) ?? (isOfSession ? sessions?.get(id, sessionToken) : undefined)
      },
      ...(isShared && { refresh: stored.refresh }),
    },
    keys: openManagedKeys({
      store,
      keys: stored,
      vault: hasFile ? vault : undefined,
      accountId,
      reserved: new Set(own.keys()),
    }),
    roles: openManagedRoles(store, stored, accountId),
    sts: { accountId, stored, sessions, originOf },
  }
}

/** The user that a key of the configuration stands for has the key's id as its name. One without a policy is a root. */
function configuredSecret({ policy, ...key }: AccessKey, accountId: string, guards: Guards): Secret {
  if (!policy) return key as Secret
  const principal = {
    arn: userArn(accountId, key.accessKeyId),
    accountId,
    userId: key.accessKeyId,
    userName: key.accessKeyId,
    policies: [{ kind: 'identity-based', policy: readPolicy(policy) } as const],
  }
  return { ...(key as Secret), principal, guard: guards(principal) }
}
