import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'

/**
 * The dataset groups that were deleted and not described since. A restart forgets them. The store is the key, because
 * DeleteDatasetGroup and DescribeDatasetGroup share nothing else.
 */
const deleted = new WeakMap<Store, Map<string, Resource>>()

/** Remembers a group that was just deleted. */
export function rememberDeleted(store: Store, group: Resource): void {
  const groups = deleted.get(store) ?? new Map<string, Resource>()
  deleted.set(store, groups.set(group.arn, { ...group, status: 'DELETE PENDING', updatedAt: store.clock.now() }))
}

/** Returns a deleted group once, with the status `DELETE PENDING`. */
export function takeDeleted(store: Store, datasetGroupArn: string): Resource | undefined {
  const groups = deleted.get(store)
  const group = groups?.get(datasetGroupArn)
  groups?.delete(datasetGroupArn)
  return group
}
