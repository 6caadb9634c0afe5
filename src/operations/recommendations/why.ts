import { InvalidInputException } from '../../contract/errors.ts'
import type { Operations } from '../../contract/generated/types.ts'
import { now } from '../../recommender/request/clock.ts'
import { explainWhy, type Why } from '../../recommender/request/why.ts'
import type { Services } from '../operation.ts'
import { findFilter } from './filters.ts'
import { findInspected, type InspectedRequest } from './inspected.ts'
import type { Target } from './recommenders.ts'

/** A request for recommendations that is to be explained, as GetRecommendations takes it. */
interface WhyInput extends InspectedRequest, Pick<Operations['GetRecommendations']['input'], 'filterArn'> {
  /** Alone it is an anonymous user. With a `userId` it limits the events left out to those of this session. */
  readonly sessionId?: string | undefined
}

/**
 * Explains the current recommendations of a campaign or recommender of any recipe. `itemId` is the item to recommend
 * for, where the recipe needs one. Otherwise it is the item whose place is explained.
 * @throws InvalidInputException as GetRecommendations does
 * @throws ResourceNotFoundException for an item that the model does not know
 */
export async function why(services: Services, given: WhyInput): Promise<Why & { readonly target: Target }> {
  const { sessionId, ...request } = given
  const input = { ...request, userId: request.userId ?? sessionId }
  const { target, subject } = await findInspected(services, input)
  const { store, serving } = services
  const { userId, itemId, context, numResults = 10 } = input
  const isAboutItem = target.recipe.request.itemId === 'required'
  const found = await explainWhy(store, serving, target, {
    userId,
    context,
    filter: await findFilter(store, input, target, { subject }),
    numResults,
    now: now(store.clock),
    ...(isAboutItem ? { itemId } : { explained: itemId }),
    ...(request.userId !== undefined && { sessionId }),
  })
  if (request.userId !== undefined && sessionId !== undefined) assertInSession(found, request.userId, sessionId)
  return { ...found, target }
}

function assertInSession({ events }: Why, userId: string, sessionId: string): void {
  if (events.some(event => event.sessionId === sessionId)) return
  throw new InvalidInputException(
    `sessionId: the recommendations use no event of ${JSON.stringify(userId)} in the session ${JSON.stringify(sessionId)}`,
  )
}
