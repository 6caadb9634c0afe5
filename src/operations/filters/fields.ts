import type { Dataset } from '../../datasets/of-group.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'

/** The fields that a filter compares, such as `ITEMS.GENRES`. They are stored with its expression. */
export function fieldsIn({ document }: Pick<Resource, 'document'>): readonly string[] {
  return document.fields as readonly string[]
}

/**
 * Returns the filters that use a field of the dataset. Without the dataset they would be ACTIVE and fail at each
 * request.
 */
export async function filtersOf(store: Store, { type, datasetGroupArn }: Dataset): Promise<readonly Resource[]> {
  const filters = await Array.fromAsync(inPages(store.resources, { kind: 'filter', parent: datasetGroupArn }))
  return filters.filter(filter => fieldsIn(filter).some(field => field.startsWith(`${type}.`)))
}
