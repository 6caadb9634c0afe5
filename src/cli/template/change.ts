import type { Declaration, Declared } from './declaration.ts'
import type { Tree } from './faults.ts'
import type { Order } from './order.ts'
import type { CallByName, Found, There } from './there.ts'
import type { ResourceType } from './types.ts'

export type Action = 'create' | 'update' | 'replace' | 'delete' | 'keep' | 'unchanged'

/** The change of one resource, and its reason. */
export interface Change {
  readonly action: Action
  /** Undefined for a resource that the template does not declare. */
  readonly declared?: Declared
  readonly type: ResourceType
  readonly name: string
  /** The input of its Create operation, as far as it is known before others are there. */
  readonly input: Tree
  readonly found: Found | undefined
  /** Whether what is there of it goes, with all that refers to it. */
  readonly goes: boolean
  readonly reasons: readonly string[]
  /** The paths in the API of the properties that differ. */
  readonly changed: readonly string[]
}

/** A plan that is being made. */
export interface Planning {
  readonly declaration: Declaration
  readonly order: Order
  readonly call: CallByName
  readonly there: There
  readonly faults: string[]
  readonly changes: Map<string, Change>
}
