import { InvalidInputException } from '../../contract/errors.ts'
import type { FilterValues } from '../../filters/values.ts'
import { filterWith } from '../../recommender/request/filters.ts'
import type { FilterOf, Recommender } from '../../recommender/request/request.ts'
import type { Store } from '../../store/store.ts'
import { findKnown } from './known.ts'

/** A filter with its values, as a request names it. */
interface Given {
  readonly filterArn?: string | undefined
  readonly filterValues?: FilterValues | undefined
}

interface Place {
  /** The records that are filtered. */
  readonly subject?: 'ItemID' | 'ActionID' | 'UserID'
  /** The prefix of the members in error messages, e.g. `promotions.1.member.`. */
  readonly path?: string
}

/**
 * Returns the filter of a request with its placeholders filled in.
 * @throws InvalidInputException where the filter is missing, is of another dataset group or filters another subject
 * @throws InvalidInputException where values of its placeholders are missing or wrong
 */
export async function findFilter(
  store: Store,
  { filterArn, filterValues }: Given,
  { datasetGroupArn, arn }: Pick<Recommender, 'datasetGroupArn'> & { readonly arn: string },
  { subject = 'ItemID', path = '' }: Place = {},
): Promise<FilterOf | undefined> {
  if (filterArn === undefined) {
    if (!filterValues || Object.keys(filterValues).length === 0) return undefined
    throw new InvalidInputException(`${path}filterValues: the values need a ${path}filterArn`)
  }
  const filter = await findKnown(store, 'filter', filterArn, message => `${path}filterArn: ${message}`)
  const { datasetGroupArn: own } = filter.document
  if (own !== datasetGroupArn)
    throw new InvalidInputException(`${path}filterArn: ${filterArn} is of the dataset group ${own}, but ${arn} is not`)
  return filterWith(filter, filterValues, subject, path)
}
