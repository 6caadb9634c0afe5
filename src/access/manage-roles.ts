import { randomInt } from 'node:crypto'
import { InvalidInputException, ResourceAlreadyExistsException, ResourceNotFoundException } from '../contract/errors.ts'
import { inPages } from '../store/pages.ts'
import { isStoreError, type Store } from '../store/store.ts'
import { checkCharacters, readDocument } from './manage-keys.ts'
import { ACTIVE, ROLE, type RoleDocument, roleArn, type StoredKeys } from './stored-keys.ts'

/** A role as it is listed. */
type ShownRole = RoleDocument & { readonly arn: string }

interface RoleWish {
  readonly name: string
  readonly policy: unknown
  readonly datasetGroup?: string | undefined
  /** The names or ids of the keys that may take it on. */
  readonly trust: readonly string[]
}

/** Makes and deletes the roles of a store. All functions throw the exceptions of the API. */
export interface ManagedRoles {
  list(): Promise<readonly ShownRole[]>
  create(wish: RoleWish): Promise<ShownRole>
  /** Its sessions end. */
  remove(name: string): Promise<void>
}

/** Opens the management of a store's roles. Each function resolves when the change is in effect on this server. */
export function openManagedRoles(store: Store, keys: StoredKeys, accountId: string): ManagedRoles {
  return {
    async list() {
      const roles = await Array.fromAsync(inPages(store.resources, { kind: ROLE }))
      return roles.map(({ arn, document }) => ({ arn, ...(document as unknown as RoleDocument) }))
    },
    async create({ name, policy, datasetGroup, trust }) {
      checkCharacters(name, 'nightly-import')
      if (trust.length === 0 || trust.includes('*'))
        throw new InvalidInputException('trust must name the keys that may take the role on, by their names or ids')
      const document: RoleDocument = { name, roleId: newRoleId(), policy: readDocument(policy, datasetGroup), trust }
      const arn = roleArn(accountId, name)
      try {
        await store.resources.create({ kind: ROLE, arn, status: ACTIVE, document: { ...document } })
      } catch (error) {
        if (!isStoreError(error, 'exists')) throw error
        throw new ResourceAlreadyExistsException(`name: there is a role ${name}: delete it first`)
      }
      await keys.refresh()
      return { arn, ...document }
    },
    async remove(name) {
      const arn = roleArn(accountId, name)
      if (!(await store.resources.get(arn)))
        throw new ResourceNotFoundException(`There is no role ${name.slice(0, 64)}`)
      await store.resources.remove(arn)
      await keys.refresh()
    },
  }
}

function newRoleId(): string {
  return `AROA${Array.from({ length: 17 }, () => randomInt(36).toString(36).toUpperCase()).join('')}`
}
