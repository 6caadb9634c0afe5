import { InvalidInputException } from '../../contract/errors.ts'
import { schemasOf } from '../../datasets/of-group.ts'
import { checkNewFilter } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { fillIn } from '../../filters/values.ts'
import { now } from '../../recommender/request/clock.ts'
import { recommend } from '../../recommender/request/recommend.ts'
import type { FilterOf } from '../../recommender/request/request.ts'
import type { Services } from '../operation.ts'
import { findInspected, type InspectedRequest } from './inspected.ts'

/** A request for recommendations, and an expression that is to filter them. */
interface TryInput extends InspectedRequest {
  readonly filterExpression: string
}

/**
 * Returns the recommendations of a campaign or recommender of any recipe, without a filter and with one that has not
 * been created.
 * @throws InvalidInputException as CreateFilter throws it of the expression, and GetRecommendations of the rest
 */
export async function tryFilter(services: Services, { filterExpression, ...input }: TryInput) {
  const { target, subject } = await findInspected(services, input)
  const { store, serving } = services
  const filter = filterOf(filterExpression, input, subject)
  const { userId, itemId, context, numResults = 25 } = input
  const asked = { userId, itemId, context, numResults, now: now(store.clock) }
  // Faults of the expression come first: they are worth more than a list that is not looked at.
  await filter(await serving.sources(target.datasetGroupArn))
  const before = await recommend(store, serving, target, asked)
  return { target, subject, before, after: await recommend(store, serving, target, { ...asked, filter }) }
}

function filterOf(text: string, { filterValues }: InspectedRequest, subject: 'ItemID' | 'ActionID'): FilterOf {
  return async sources => {
    const filter = checkNewFilter(parseFilter(text), schemasOf(sources))
    const about = filter.expressions[0]!.subject
    if (about !== subject)
      throw new InvalidInputException(`filterExpression filters by ${about}, but the recommendations are by ${subject}`)
    return fillIn(filter, filterValues)
  }
}
