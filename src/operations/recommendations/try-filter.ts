import { InvalidInputException } from '../../contract/errors.ts'
import type { Operations } from '../../contract/generated/types.ts'
import { validateInput } from '../../contract/validate.ts'
import { schemasOf } from '../../datasets/of-group.ts'
import { checkNewFilter } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { fillIn } from '../../filters/values.ts'
import { now } from '../../recommender/request/clock.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { recommend } from '../../recommender/request/recommend.ts'
import type { FilterOf } from '../../recommender/request/request.ts'
import type { Services } from '../operation.ts'
import { tidyTexts } from '../shared/tidy-texts.ts'
import { findTarget } from './recommenders.ts'

type Request = Operations['GetRecommendations']['input']

/** A request for recommendations, and an expression that is to filter them. */
interface TryInput
  extends Pick<
    Request,
    'campaignArn' | 'recommenderArn' | 'userId' | 'itemId' | 'context' | 'filterValues' | 'numResults'
  > {
  readonly filterExpression: string
}

/**
 * Returns the recommendations of a campaign or recommender of any recipe, without a filter and with one that has not
 * been created.
 * @throws InvalidInputException as CreateFilter throws it of the expression, and GetRecommendations of the rest
 */
export async function tryFilter(services: Services, { filterExpression, ...input }: TryInput) {
  validateInput('GetRecommendations', input)
  tidyTexts('GetRecommendations', input)
  const { store, serving } = services
  await store.catchUp()
  const target = await findTarget(services, input)
  assertAsked(target.recipe, input)
  const isOfActions = target.recipe.request.operation === 'GetActionRecommendations'
  const filter = filterOf(filterExpression, input, isOfActions ? 'ActionID' : 'ItemID')
  const { userId, itemId, context, numResults = 25 } = input
  const asked = { userId, itemId, context, numResults, now: now(store.clock) }
  // Faults of the expression come first: they are worth more than a list that is not looked at.
  await filter(await serving.sources(target.datasetGroupArn))
  const before = await recommend(store, serving, target, asked)
  return { target, isOfActions, before, after: await recommend(store, serving, target, { ...asked, filter }) }
}

function filterOf(text: string, { filterValues }: Request, subject: 'ItemID' | 'ActionID'): FilterOf {
  return async sources => {
    const filter = checkNewFilter(parseFilter(text), schemasOf(sources))
    const about = filter.expressions[0]!.subject
    if (about !== subject)
      throw new InvalidInputException(`filterExpression filters by ${about}, but the recommendations are by ${subject}`)
    return fillIn(filter, filterValues)
  }
}
