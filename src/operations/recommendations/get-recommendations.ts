import { InvalidInputException } from '../../contract/errors.ts'
import { now } from '../../recommender/request/clock.ts'
import { recommendPinned } from '../../recommender/request/pinned.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { recommend } from '../../recommender/request/recommend.ts'
import type { Promotion } from '../../recommender/request/request.ts'
import { type Services, writtenOperation } from '../operation.ts'
import { findFilter } from './filters.ts'
import { itemsMax, metadataReader } from './metadata.ts'
import { findTarget, type Target } from './recommenders.ts'
import { replyWith } from './reply.ts'

type Input = Parameters<typeof getRecommendations.run>[1]

/**
 * Recommends items to a user, or for an item, by the newest events and properties.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetRecommendations.html
 */
export const getRecommendations = writtenOperation('GetRecommendations', async (services, input) => {
  const { store, serving } = services
  const { userId, itemId, context, numResults = 25, metadataColumns } = input
  const most = itemsMax(metadataColumns, services.quotas)
  if (numResults > most) {
    const when = metadataColumns ? ' with metadataColumns' : ''
    throw new InvalidInputException(`numResults must be ${most} at most${when}, got ${numResults}`)
  }
  await store.catchUp()
  const target = await findTarget(services, input, 'GetRecommendations')
  assertAsked(target.recipe, input)
  const filter = await findFilter(store, input, target)
  const promotion = await findPromotion(services, input.promotions?.[0], target)
  const asked = { userId, itemId, context, filter, promotion, numResults, now: now(store.clock) }
  const metadataOf = metadataColumns && (await metadataReader(metadataColumns, target, serving))
  const pinned = services.pins.of(target, input)
  const list = pinned
    ? await recommendPinned(store, serving, target, asked, pinned)
    : await recommend(store, serving, target, asked)
  const { domain, explores } = target.recipe
  return replyWith(services, target, list, {
    list: 'itemList',
    hasScores: !domain,
    hasReasons: !!explores,
    metadataOf,
    isPinned: !!pinned,
  })
})

/** Returns the promotion of a request with its filter. @throws InvalidInputException where a member is missing */
async function findPromotion(
  { store }: Services,
  promotion: NonNullable<Input['promotions']>[number] | undefined,
  target: Target,
): Promise<Promotion | undefined> {
  if (!promotion) return undefined
  const { name, percentPromotedItems } = promotion
  if (percentPromotedItems === undefined)
    throw new InvalidInputException('promotions.1.member.percentPromotedItems is missing: a number from 1 to 100')
  if (!promotion.filterArn) throw new InvalidInputException('promotions.1.member.filterArn is missing')
  const filter = await findFilter(store, promotion, target, { path: 'promotions.1.member.' })
  return { name, percent: percentPromotedItems, filter }
}
