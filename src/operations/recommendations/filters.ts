import { InvalidInputException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { FilterValues } from '../../filters/values.ts'
import { filterWith } from '../../recommender/request/filters.ts'
import type { FilterOf, Recommender } from '../../recommender/request/request.ts'
import type { Resource, Store } from '../../store/store.ts'
import { findResource } from '../shared/resources.ts'

/** As a request names it. */
interface Given {
  readonly filterArn?: string | undefined
  readonly filterValues?: FilterValues | undefined
}

/**
 * The filter of a request, its placeholders filled in.
 * @param path what the messages call the request's part, e.g. `promotions.1.member.`
 * @throws InvalidInputException where there is none, it is of another dataset group, is about something else than is
 *   recommended, or its placeholders do not get the values they need
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
  const filter = await findKnown(store, filterArn, path)
  const { datasetGroupArn: own } = filter.document
  if (own !== datasetGroupArn)
    throw new InvalidInputException(`${path}filterArn: ${filterArn} is of the dataset group ${own}, ${arn} is not`)
  return filterWith(filter, filterValues, subject, path)
}

/**
 * ResourceNotFoundException is for what is asked to recommend. Programs take this one for a filter that is not there
 * yet, and ask again without it (minliang-ds/tgam-aws-personalize-test, which is in production).
 */
async function findKnown(store: Store, filterArn: string, path: string): Promise<Resource> {
  try {
    return await findResource({ resources: store.known }, 'filter', filterArn)
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new InvalidInputException(`${path}filterArn: ${error.message}`)
  }
}
