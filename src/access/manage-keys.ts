import { randomBytes, randomInt } from 'node:crypto'
import { InvalidInputException, ResourceAlreadyExistsException, ResourceNotFoundException } from '../contract/errors.ts'
import { policyDocument } from '../policy/prepared.ts'
import { inPages } from '../store/pages.ts'
import type { Resource, ResourceChange } from '../store/resource-store.ts'
import type { Store } from '../store/store.ts'
import { ACCESS_KEY, ACTIVE, DISABLED, type KeyDocument, keyArn, labelOf, type StoredKeys } from './stored-keys.ts'
import type { Vault } from './vault.ts'

/** A key as it is listed. */
export interface ShownKey {
  readonly accessKeyId: string
  readonly name: string
  readonly status: string
  readonly policy: object
  /** Times as ISO 8601 has them. */
  readonly createdAt: string
  readonly expiresAt: string | undefined
  /** To the hour. */
  readonly lastUsedAt: string | undefined
}

/** A key with its secret, which is shown once. */
export type NewKey = ShownKey & { readonly secretAccessKey: string }

interface KeyWish {
  readonly name: string
  readonly policy: unknown
  readonly datasetGroup?: string | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined
}

export interface KeyChange {
  readonly status?: 'ACTIVE' | 'DISABLED' | undefined
  readonly policy?: unknown
  readonly datasetGroup?: string | undefined
  readonly expiresAt?: number | undefined
  /** Whether it gets a new secret. The old one ends at once. */
  readonly rotate?: boolean | undefined
}

/** Makes and changes the keys of a store. All functions throw the exceptions of the API. */
export interface ManagedKeys {
  list(): Promise<readonly ShownKey[]>
  create(wish: KeyWish): Promise<NewKey>
  change(accessKeyId: string, change: KeyChange): Promise<ShownKey | NewKey>
  remove(accessKeyId: string): Promise<void>
}

interface Options {
  readonly store: Store
  readonly keys: StoredKeys
  /** Undefined where servers share a store, and none was told of a key file that all have. */
  readonly vault: Vault | undefined
  readonly accountId: string
  /** The ids of the configuration's keys, which no user may have as a name. */
  readonly reserved: ReadonlySet<string>
}

const NAME = /^[\w+=,.@-]{1,64}$/
/** AWS's ids have these letters and digits after the prefix. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new id of 20 characters, as AWS's: `AKIA…` of a key, `ASIA…` of a session. */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA'): string {
  return prefix + Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}

/** A new secret of 40 characters. */
export function newSecret(): string {
  return randomBytes(30).toString('base64')
}

/** Opens the management of a store's keys. Each function resolves when the change is in effect on this server. */
export function openManagedKeys(options: Options): ManagedKeys {
  const { store, keys, accountId, reserved } = options
  const find = async (accessKeyId: string) => {
    const found = await store.resources.get(keyArn(accountId, accessKeyId))
    if (found) return found
    const why = reserved.has(accessKeyId)
      ? 'It is one of the configuration, which this server only reads'
      : 'Try keys list'
    throw new ResourceNotFoundException(`There is no access key ${accessKeyId.slice(0, 40)} in the store. ${why}`)
  }
  return {
    async list() {
      const shown: ShownKey[] = []
      for await (const resource of inPages(store.resources, { kind: ACCESS_KEY })) shown.push(show(resource))
      return shown
    },
    create: wish =>
      store.exclusively(async () => {
        checkName(wish.name, reserved)
        for await (const { document } of inPages(store.resources, { kind: ACCESS_KEY }))
          if (document.name === wish.name)
            throw new ResourceAlreadyExistsException(`name: there is an access key ${wish.name}: rotate or delete it`)
        const [accessKeyId, secretAccessKey] = [newAccessKeyId('AKIA'), newSecret()]
        const document: KeyDocument = {
          accessKeyId,
          name: wish.name,
          secret: vaultOf(options).seal(secretAccessKey, labelOf(accessKeyId)),
          policy: readDocument(wish.policy, wish.datasetGroup),
          expiresAt: wish.expiresAt ?? null,
          lastUsedAt: null,
        }
        const arn = keyArn(accountId, accessKeyId)
        const made = await store.resources.create({ kind: ACCESS_KEY, arn, status: ACTIVE, document: { ...document } })
        await keys.refresh()
        return { ...show(made), secretAccessKey }
      }),
    async change(accessKeyId, wish) {
      await find(accessKeyId)
      const secretAccessKey = wish.rotate ? newSecret() : undefined
      const document: Partial<KeyDocument> = {
        ...(wish.policy !== undefined && { policy: readDocument(wish.policy, wish.datasetGroup) }),
        ...(wish.expiresAt !== undefined && { expiresAt: wish.expiresAt }),
        ...(secretAccessKey && { secret: vaultOf(options).seal(secretAccessKey, labelOf(accessKeyId)) }),
      }
      const change: ResourceChange = { document: { ...document }, ...(wish.status && { status: wish.status }) }
      const changed = await store.resources.update(keyArn(accountId, accessKeyId), change)
      await keys.refresh()
      return secretAccessKey ? { ...show(changed), secretAccessKey } : show(changed)
    },
    async remove(accessKeyId) {
      const { arn } = await find(accessKeyId)
      await store.resources.remove(arn)
      await keys.refresh()
    },
  }
}

function vaultOf({ vault }: Options): Vault {
  if (vault) return vault
  throw new InvalidInputException(
    'Servers that share a store need one key file for all, under which secrets are encrypted: start each with --key-file',
  )
}

/** @throws InvalidInputException for a name of a key or role that IAM does not allow either */
export function checkCharacters(name: string, example: string): void {
  if (NAME.test(name)) return
  throw new InvalidInputException(`name must be 1 to 64 letters, digits and _+=,.@-, such as ${example}`)
}

function checkName(name: string, reserved: ReadonlySet<string>): void {
  checkCharacters(name, 'web-page')
  if (reserved.has(name) || name === 'root')
    throw new InvalidInputException(`name must be another: ${name} is a key of the configuration`)
}

/** @throws InvalidInputException with the place of what is wrong in the policy */
export function readDocument(policy: unknown, datasetGroup: string | undefined): object {
  try {
    return policyDocument(policy, datasetGroup)
  } catch (error) {
    throw new InvalidInputException(`policy: ${(error as Error).message}`)
  }
}

function show({ status, document, createdAt }: Resource): ShownKey {
  const { accessKeyId, name, policy, expiresAt, lastUsedAt } = document as unknown as KeyDocument
  const time = (at: number | null) => (at === null ? undefined : new Date(at).toISOString())
  const isOver = status !== DISABLED && expiresAt !== null && expiresAt <= Date.now()
  return {
    accessKeyId,
    name,
    status: isOver ? 'EXPIRED' : status,
    policy,
    createdAt: time(createdAt)!,
    expiresAt: time(expiresAt),
    lastUsedAt: time(lastUsedAt),
  }
}
