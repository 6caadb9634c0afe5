import { InvalidInputException } from '../../contract/errors.ts'
import type { Schema } from '../../datasets/schema.ts'
import type { CheckedFilter } from '../../filters/ast.ts'
import { checkFilter, type Schemas } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { type FilterValues, fillIn } from '../../filters/values.ts'
import type { FilterOf, Recommender } from '../../recommender/recommend.ts'
import type { Sources } from '../../recommender/snapshot.ts'
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
    if (!filterValues) return undefined
    throw new InvalidInputException(`${path}filterValues: there is no ${path}filterArn that the values are for`)
  }
  const { document } = await findResource(store, 'filter', filterArn)
  const { datasetGroupArn: own, filterExpression } = document as { datasetGroupArn: string; filterExpression: string }
  if (own !== datasetGroupArn)
    throw new InvalidInputException(`${path}filterArn: ${filterArn} is of the dataset group ${own}, ${arn} is not`)
  return async sources => {
    const filter = checked(filterExpression, sources)
    const { subject: about } = filter.expressions[0]!
    if (about !== subject)
      throw new InvalidInputException(`${path}filterArn: ${filterArn} filters by ${about}, not by ${subject}`)
    return fillIn(filter, filterValues)
  }
}

/** Parsed once for the datasets as they are; by their schemas, which are the same objects until they change. */
const known = new WeakMap<Sources, Map<string, CheckedFilter>>()

function checked(expression: string, sources: Sources): CheckedFilter {
  const filters = known.get(sources) ?? new Map<string, CheckedFilter>()
  known.set(sources, filters)
  let filter = filters.get(expression)
  if (!filter) {
    filter = checkFilter(parseFilter(expression), schemasOf(sources))
    filters.set(expression, filter)
  }
  return filter
}

function schemasOf(sources: Sources): Schemas {
  const entries = Object.entries(sources).map(([type, source]): [string, Schema] => [type, source.schema])
  return Object.fromEntries(entries)
}
