import { ResourceInUseException } from '../../contract/errors.ts'
import type { Resource, Store } from '../../store/store.ts'
import type { Dataset } from '../datasets.ts'

/** The fields that a filter compares, such as `ITEMS.GENRES`. They are kept beside its expression. */
export function fieldsIn({ document }: Pick<Resource, 'document'>): readonly string[] {
  return document.fields as readonly string[]
}

/**
 * A filter without its dataset would be ACTIVE and fail at each request. To be called in an exclusive operation.
 * @throws ResourceInUseException naming the filters that use a field of the dataset
 */
export async function assertUnfiltered(store: Store, { arn, type, datasetGroupArn }: Dataset): Promise<void> {
  const filters = await store.resources.list({ kind: 'filter', parent: datasetGroupArn })
  const using = filters.filter(filter => fieldsIn(filter).some(field => field.startsWith(`${type}.`)))
  if (using.length === 0) return
  const names = using.map(filter => filter.arn).join(', ')
  throw new ResourceInUseException(`The dataset ${arn} cannot be deleted while it is in use by: ${names}`)
}
