import { createRandom } from '../../engine/math/random.ts'
import type { Store } from '../../store/store.ts'
import { ItemIds } from '../serving/item-ids.ts'
import { isThere } from '../serving/open-model.ts'
import type { Recommendations } from '../serving/recommendations.ts'
import type { Serving } from '../serving/serving.ts'
import { prepareRequest } from './prepare-request.ts'
import { promote } from './promotions.ts'
import { rankList, rounded, served } from './recommend.ts'
import type { RecommendationRequest, Recommender } from './request.ts'

/**
 * Returns pinned items in their order, as an answer of the model would be: those that the request's filter lets
 * through, among promoted ones, `numResults` at most. The recipe itself leaves none of them out.
 */
export async function recommendPinned(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: RecommendationRequest,
  pinned: readonly string[],
): Promise<Recommendations> {
  const prepared = await prepareRequest(store, serving, recommender, request)
  const { model, query, passesFilter } = prepared
  const { numResults, promotion } = request
  const found = pinned.filter(passesFilter)
  const answer = model.ranker.ask(query)
  const hasScores = answer.toProbabilities !== undefined
  if (!promotion) return scored({ ids: found.slice(0, numResults) }, hasScores)
  const suitable = served(model, answer, prepared.promoted, recommender, numResults)
  const ids = new ItemIds(model.itemIndex, suitable.items)
  const promoted = { ids, promotions: new Array<string>(ids.length).fill(promotion.name ?? '') }
  // The same places at each request.
  const random = createRandom(1)
  return scored(promote({ ids: found }, promoted, numResults, promotion.percent, random), hasScores)
}

/** Returns a list with the pinned items first, in their order; the others follow as the model ranks them. */
export async function rankPinned(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: Parameters<typeof rankList>[3],
  pinned: readonly string[],
): Promise<Recommendations> {
  const ranked = await rankList(store, serving, recommender, request)
  const places = new Map(pinned.map((id, place) => [id, place]))
  const placeOf = (id: string) => places.get(id) ?? pinned.length
  return scored({ ids: ranked.ids.slice().sort((a, b) => placeOf(a) - placeOf(b)) }, true)
}

/** Scores that fall evenly and sum up to 1: a test can expect them. */
function scored(list: Recommendations, hasScores: boolean): Recommendations {
  const { length } = list.ids
  const sum = (length * (length + 1)) / 2
  return hasScores ? { ...list, scores: Float64Array.from({ length }, (_, at) => rounded((length - at) / sum)) } : list
}

/** Whether a campaign or recommender could recommend the item: it has a record, or events that count. */
export async function isKnown(
  serving: Serving,
  { datasetGroupArn, owner }: Recommender,
): Promise<(id: string) => boolean> {
  const model = await serving.model(owner, await serving.sources(datasetGroupArn))
  return id => {
    const number = model.itemIndex.numberOf(id)
    return number >= 0 && isThere(model, number)
  }
}
