import type { Operations } from '../../contract/generated/types.ts'
import { validateInput } from '../../contract/validate.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import type { Services } from '../operation.ts'
import { tidyTexts } from '../shared/tidy-texts.ts'
import { findTarget, type Target } from './recommenders.ts'

/** The members of GetRecommendations that a request of `/inspect` has too. */
export type InspectedRequest = Pick<
  Operations['GetRecommendations']['input'],
  'campaignArn' | 'recommenderArn' | 'userId' | 'itemId' | 'context' | 'filterValues' | 'numResults'
>

/**
 * Checks a request as GetRecommendations checks it, and finds the campaign or recommender of any recipe that it asks.
 * Blanks around ids are removed in `input`.
 * @returns it, and the ids that its recommendations have
 * @throws InvalidInputException as GetRecommendations does
 */
export async function findInspected(
  services: Services,
  input: InspectedRequest,
): Promise<{ readonly target: Target; readonly subject: 'ItemID' | 'ActionID' }> {
  validateInput('GetRecommendations', input)
  tidyTexts('GetRecommendations', input)
  await services.store.catchUp()
  const target = await findTarget(services, input)
  assertAsked(target.recipe, input)
  return { target, subject: target.recipe.request.operation === 'GetActionRecommendations' ? 'ActionID' : 'ItemID' }
}
