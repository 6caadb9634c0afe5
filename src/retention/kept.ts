import { FOREVER, keepingOf } from '../config/duration.ts'
import type { Resource, ResourceChange } from '../store/resource-store.ts'

/** For how long the interactions of a dataset group are kept, and whose word that is. */
export interface Kept {
  /** Such as `400d`, or `forever`. */
  readonly keepEvents: string
  readonly setBy: 'dataset-group' | 'server'
}

/** The member of a dataset group's document that has its own setting. Describe* does not show it. */
interface GroupDocument {
  readonly keepEvents?: string | null
}

/**
 * Returns for how long a dataset group keeps its interactions.
 * @param usual the server's setting, for groups without one of their own; left out, it keeps all
 */
export function keptBy({ document }: Pick<Resource, 'document'>, usual = FOREVER): Kept {
  const { keepEvents } = document as GroupDocument
  return keepEvents ? { keepEvents, setBy: 'dataset-group' } : { keepEvents: usual, setBy: 'server' }
}

/** Returns the change that gives a dataset group a setting of its own, or takes it away. */
export function keptAs(keepEvents: string | undefined): Pick<ResourceChange, 'document'> {
  const document: GroupDocument = { keepEvents: keepEvents ?? null }
  return { document: { ...document } }
}

/** Returns the age at which interactions are deleted, in milliseconds; undefined where they are kept for ever. */
export function ageLimitOf({ keepEvents }: Kept): number | undefined {
  const ms = keepingOf(keepEvents)
  return ms === undefined || ms === Number.POSITIVE_INFINITY ? undefined : ms
}
