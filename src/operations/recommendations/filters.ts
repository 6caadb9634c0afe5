import { InvalidInputException } from '../../contract/errors.ts'
import type { FilterValues } from '../../filters/values.ts'
import { filterWith } from '../../recommender/filters.ts'
import type { FilterOf, Recommender } from '../../recommender/recommend.ts'
import type { Store } from '../../store/store.ts'
import { findResource } from '../resources.ts'

/** As a request names it. */
interface Given {
  readonly filterArn?: string | undefined
  readonly filterValues?: FilterValues | undefined
}

/**
 * The filter of a request, its placeholders filled in.
 * @param path what the messages call the request's part, e.g. `promotions.1.member.`
 * @throws ResourceNotFoundException; InvalidInputException where it is of another dataset group, is about something
 *   else than is recommended, or its placeholders do not get the values they need
 */
export async function findFilter(
  store: Store,
  { filterArn, filterValues }: Given,
  { datasetGroupArn, arn }: Pick<Recommender, 'datasetGroupArn'> & { readonly arn: string },
  subject: 'ItemID' | 'ActionID' | 'UserID' = 'ItemID',
  path = '',
): Promise<FilterOf | undefined> {
  if (filterArn === undefined) {
    if (!filterValues || Object.keys(filterValues).length === 0) return undefined
    throw new InvalidInputException(`${path}filterValues: there is no ${path}filterArn that the values are for`)
  }
  const filter = await findResource({ resources: store.known }, 'filter', filterArn)
  const { datasetGroupArn: own } = filter.document
  if (own !== datasetGroupArn)
    throw new InvalidInputException(`${path}filterArn: ${filterArn} is of the dataset group ${own}, ${arn} is not`)
  return filterWith(filter, filterValues, subject, path)
}
