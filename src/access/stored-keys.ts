import { UnrecognizedClientException } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import { type Policy, readPolicy } from '../policy/policy.ts'
import { PolicyError } from '../policy/policy-error.ts'
import { inPages } from '../store/pages.ts'
import type { Resource } from '../store/resource-store.ts'
import type { Store } from '../store/store.ts'
import type { Secret } from '../wire/aws/authenticate.ts'
import type { Guard, Wanted } from '../wire/aws/guard.ts'
import type { Guards } from './guards.ts'
import { type Principal, userArn } from './principal.ts'
import type { Vault } from './vault.ts'

/** The kind of the resource that an access key is in the store. */
export const ACCESS_KEY = 'access-key'
/** The kind of the resource that a role is in the store. */
export const ROLE = 'role'
export const ACTIVE = 'ACTIVE'
export const DISABLED = 'DISABLED'

/** How often the time of its last use is written, at most. */
const USED_EVERY_MS = 3_600_000

/** A key as the store has it. */
export interface KeyDocument {
  readonly accessKeyId: string
  readonly name: string
  /** Encrypted for `labelOf` the key. */
  readonly secret: string
  readonly policy: object
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

/** A key of the store, ready to check signatures with. */
interface StoredKey {
  readonly secret: Secret
  readonly principal: Principal
  readonly isUsable: (now: number) => boolean
  /** Checks what its policies allow. */
  readonly check: Guard | undefined
  /** Changes with everything but its last use. */
  readonly version: string
}

/** A role of the store: a policy, and the keys that may take it on. */
export interface StoredRole {
  readonly arn: string
  /** Another one for a role that is deleted and made anew. */
  readonly roleId: string
  readonly policy: Policy
  /** The names or ids of keys. */
  readonly trust: readonly string[]
}

/** A role as the store has it. */
export interface RoleDocument {
  readonly name: string
  readonly roleId: string
  readonly policy: object
  readonly trust: readonly string[]
}

/** The keys and the roles of a store, in memory. */
export interface StoredKeys {
  /** As of the last `refresh`, or newer. */
  role(name: string): StoredRole | undefined
  /** As of the last `refresh`, or newer; undefined where there is none, or it may not be used. */
  get(accessKeyId: string): StoredKey | undefined
  /** Resolves when all changes acknowledged before, on any server, are known here. */
  refresh(): Promise<void>
}

/** The ARN of a role of the store. */
export function roleArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:${ROLE}/${name}`
}

/** The ARN of a key in the store. */
export function keyArn(accountId: string, accessKeyId: string): string {
  return `arn:aws:iam::${accountId}:${ACCESS_KEY}/${accessKeyId}`
}

/** The label under which a key's secret is sealed. */
export function labelOf(accessKeyId: string): string {
  return `secret:${accessKeyId}`
}

interface Options {
  readonly store: Store
  readonly vault: Vault
  readonly accountId: string
  readonly guards: Guards
  readonly log: Log
}

/**
 * Opens the keys of a store. They are read when one changes, here or on another server. A request of such a key is
 * answered only once that is done: if the key still has the secret that signed, and by the policies that it has then.
 */
export async function openStoredKeys(options: Options): Promise<StoredKeys> {
  const { store } = options
  let keys: ReadonlyMap<string, StoredKey> = new Map()
  let roles: ReadonlyMap<string, StoredRole> = new Map()
  let reading: Promise<void> | undefined
  let isStale = true
  const isUsed = usage(options)
  const read = async () => {
    isStale = false
    const found = new Map<string, StoredKey>()
    for await (const resource of inPages(store.resources, { kind: ACCESS_KEY })) {
      const key = stored(resource, keys, { ...options, guardFor })
      if (key) found.set(key.principal.userId, key)
    }
    keys = found
    roles = await readRoles(options)
  }
  const startReading = () =>
    read()
      .catch(error => {
        isStale = true
        throw error
      })
      .finally(() => {
        reading = undefined
      })
  /** A change that comes while they are read is read after that. */
  const settle = async () => {
    while (isStale || reading) {
      reading ??= startReading()
      await reading
    }
  }
  const current: StoredKeys = {
    role: name => roles.get(name),
    get(accessKeyId) {
      const key = keys.get(accessKeyId)
      return key?.isUsable(Date.now()) ? key : undefined
    },
    async refresh() {
      await store.catchUp()
      await settle()
    },
  }
  /** Every request of a key passes it, also where the policy allows everything: the key may have changed meanwhile. */
  const guardFor = (accessKeyId: string, secretAccessKey: string) => async (wanted: Wanted) => {
    await current.refresh()
    const key = current.get(accessKeyId)
    if (key?.secret.secretAccessKey !== secretAccessKey)
      throw new UnrecognizedClientException(
        'The security token included in the request is invalid: the access key has been changed or deleted.',
      )
    isUsed(accessKeyId)
    await key.check?.(wanted)
  }
  store.watch(change => {
    if (change.kind !== 'unknown' && !(change.kind === 'resource' && change.arn.startsWith('arn:aws:iam:'))) return
    isStale = true
    settle().catch(() => {})
  })
  await settle()
  return current
}

async function readRoles({ store, log }: Options): Promise<ReadonlyMap<string, StoredRole>> {
  const roles = new Map<string, StoredRole>()
  for await (const { arn, document } of inPages(store.resources, { kind: ROLE })) {
    const { name, roleId, policy: given, trust } = document as unknown as RoleDocument
    const policy = policyOf(given)
    if (policy) roles.set(name, { arn, roleId, policy, trust })
    else log.warn({ role: name, reason: NEWER }, 'a role is not accepted')
  }
  return roles
}

const NEWER = 'its policy cannot be read here: a newer version of personalite may have written it'

/** A policy of the store; undefined where it has parts that this version does not know. Then nothing is allowed. */
function policyOf(document: object): Policy | undefined {
  try {
    return readPolicy(document)
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}

/**
 * Reads a key; undefined where it was sealed under another server's key, or where its policy cannot be read. One that
 * did not change stays the object.
 */
function stored(
  { document, status }: Resource,
  before: ReadonlyMap<string, StoredKey>,
  { vault, accountId, guards, log, guardFor }: Options & { guardFor(id: string, secretAccessKey: string): Guard },
): StoredKey | undefined {
  const { accessKeyId: id, name, secret: sealed, policy: given, expiresAt } = document as unknown as KeyDocument
  const version = JSON.stringify([name, sealed, given, expiresAt, status])
  const known = before.get(id)
  if (known?.version === version) return known
  const secretAccessKey = vault.open(sealed, labelOf(id))
  if (secretAccessKey === undefined) {
    log.warn({ accessKeyId: id }, 'an access key was encrypted under another key file, and is not accepted')
    return undefined
  }
  const policy = policyOf(given)
  if (!policy) {
    log.warn({ accessKeyId: id, reason: NEWER }, 'an access key is not accepted')
    return undefined
  }
  const principal: Principal = {
    arn: userArn(accountId, name),
    accountId,
    userId: id,
    userName: name,
    policies: [{ kind: 'identity-based', policy }],
  }
  const isUsable = (now: number) => status === ACTIVE && (expiresAt === null || now < expiresAt)
  const secret: Secret = { secretAccessKey, guard: guardFor(id, secretAccessKey), principal }
  return { secret, principal, isUsable, check: guards(principal), version }
}

/** Returns a function that notes that a key is used, once an hour. A failure costs the note alone. */
function usage({ store, accountId }: Options): (accessKeyId: string) => void {
  const noted = new Map<string, number>()
  return accessKeyId => {
    const now = Date.now()
    if (now - (noted.get(accessKeyId) ?? 0) < USED_EVERY_MS) return
    noted.set(accessKeyId, now)
    store.resources.update(keyArn(accountId, accessKeyId), { document: { lastUsedAt: now } }).catch(() => {})
  }
}
