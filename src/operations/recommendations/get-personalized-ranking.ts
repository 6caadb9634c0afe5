import { InvalidInputException } from '../../contract/errors.ts'
import { now } from '../../recommender/request/clock.ts'
import { rankPinned } from '../../recommender/request/pinned.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { rankList } from '../../recommender/request/recommend.ts'
import { writtenOperation } from '../operation.ts'
import { findFilter } from './filters.ts'
import { itemsMax, metadataReader } from './metadata.ts'
import { findCampaign } from './recommenders.ts'
import { replyWith } from './reply.ts'

/**
 * Orders a list of items by how well they suit a user. Items that the filter excludes are left out.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetPersonalizedRanking.html
 */
export const getPersonalizedRanking = writtenOperation('GetPersonalizedRanking', async (services, input) => {
  const { store, serving } = services
  const { campaignArn, inputList, userId, context, metadataColumns } = input
  const most = itemsMax(metadataColumns, services.quotas)
  if (inputList.length === 0 || inputList.length > most) {
    const when = metadataColumns ? ' with metadataColumns' : ''
    throw new InvalidInputException(`inputList must have from 1 to ${most} items${when}, got ${inputList.length}`)
  }
  await store.catchUp()
  const target = await findCampaign(services, campaignArn, 'GetPersonalizedRanking')
  assertAsked(target.recipe, input)
  const filter = await findFilter(store, input, target)
  const metadataOf = metadataColumns && (await metadataReader(metadataColumns, target, serving))
  const asked = { userId, context, filter, inputList, now: now(store.clock) }
  const pinned = services.pins.of(target, { userId })
  const list = pinned
    ? await rankPinned(store, serving, target, asked, pinned)
    : await rankList(store, serving, target, asked)
  return replyWith(services, target, list, {
    list: 'personalizedRanking',
    hasScores: true,
    metadataOf,
    isPinned: !!pinned,
  })
})
