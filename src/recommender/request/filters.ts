import { LRUCache } from 'lru-cache'
import { InvalidInputException } from '../../contract/errors.ts'
import { type DatasetsOfGroup, schemasOf } from '../../datasets/of-group.ts'
import type { CheckedFilter, FilledFilter, Subject } from '../../filters/ast.ts'
import { checkFilter } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { type FilterValues, fillIn } from '../../filters/values.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { FilterOf } from './request.ts'

/**
 * A filter as it reads the datasets of its group, with its placeholders.
 * @param path what the messages call the request's part, e.g. `promotions.1.member.`
 * @throws InvalidInputException where it is about something else than `subject`, or a field that it compares is gone
 */
export function checkedFilter(
  { arn, document }: Pick<Resource, 'arn' | 'document'>,
  sources: DatasetsOfGroup,
  subject: Subject,
  path = '',
): CheckedFilter {
  const filter = checked(document.filterExpression as string, sources)
  const about = filter.expressions[0]!.subject
  if (about !== subject)
    throw new InvalidInputException(`${path}filterArn: ${arn} filters by ${about}, not by ${subject}`)
  return filter
}

/** A filter with the values of a request. @throws InvalidInputException as `checkedFilter` and `fillIn` do */
export function filterWith(
  filter: Pick<Resource, 'arn' | 'document'>,
  filterValues: FilterValues | undefined,
  subject: Subject,
  path?: string,
): FilterOf {
  return async sources => filled(checkedFilter(filter, sources, subject, path), filterValues, path)
}

/** The most sets of values that are kept for a filter. */
const FILLED_MAX = 100

const filledOf = new WeakMap<CheckedFilter, LRUCache<string, FilledFilter>>()

/** The same object for the same values, so that what was worked out for it is found again. */
function filled(filter: CheckedFilter, values: FilterValues = {}, path?: string): FilledFilter {
  const known = filledOf.getOrInsertComputed(filter, () => new LRUCache({ max: FILLED_MAX }))
  const key = JSON.stringify(values)
  const found = known.get(key) ?? fillIn(filter, values, path)
  known.set(key, found)
  return found
}

/** Parsed once for the datasets as they are; by their schemas, which are the same objects until they change. */
const known = new WeakMap<DatasetsOfGroup, Map<string, CheckedFilter>>()

function checked(expression: string, sources: DatasetsOfGroup): CheckedFilter {
  const filters = known.getOrInsertComputed(sources, () => new Map())
  return filters.getOrInsertComputed(expression, () => checkFilter(parseFilter(expression), schemasOf(sources)))
}
