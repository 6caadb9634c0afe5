import { InvalidInputException } from '../../contract/errors.ts'
import { now } from '../../recommender/request/clock.ts'
import { recommendPinned } from '../../recommender/request/pinned.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { recommend } from '../../recommender/request/recommend.ts'
import { writtenOperation } from '../operation.ts'
import { findFilter } from './filters.ts'
import { findCampaign } from './recommenders.ts'
import { replyWith } from './reply.ts'

/** The limit in the newer guide (getting-action-recommendations.md). */
const RESULTS_MAX = 100

/**
 * Recommends to a user the actions that they will most likely take, such as joining a loyalty programme.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetActionRecommendations.html
 */
export const getActionRecommendations = writtenOperation('GetActionRecommendations', async (services, input) => {
  const { store, serving } = services
  const { campaignArn, userId, numResults = 5 } = input
  if (!campaignArn) throw new InvalidInputException('campaignArn is missing')
  if (numResults > RESULTS_MAX)
    throw new InvalidInputException(`numResults must be ${RESULTS_MAX} at most, got ${numResults}`)
  await store.catchUp()
  const target = await findCampaign(services, campaignArn, 'GetActionRecommendations')
  assertAsked(target.recipe, input)
  const filter = await findFilter(store, input, target, { subject: 'ActionID' })
  const asked = { userId, filter, numResults, now: now(store.clock) }
  const pinned = services.pins.of(target, { userId })
  const list = pinned
    ? await recommendPinned(store, serving, target, asked, pinned)
    : await recommend(store, serving, target, asked)
  return replyWith(services, target, list, { list: 'actionList', hasScores: true, isPinned: !!pinned })
})
