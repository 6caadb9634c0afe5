import { setImmediate } from 'node:timers/promises'
import { sortByScore } from '../../engine/math/sort-by-score.ts'
import { Listing, picked, type Ranked, sorted } from '../../engine/ranked.ts'
import type { Store } from '../../store/store.ts'
import type { Answer } from '../families/ranker.ts'
import { ItemIds } from '../serving/item-ids.ts'
import { isThere, type LoadedModel } from '../serving/open-model.ts'
import type { Recommendations } from '../serving/recommendations.ts'
import type { WorkedOut } from '../serving/remembered-lists.ts'
import type { Serving } from '../serving/serving.ts'
import { askModel } from './ask-model.ts'
import { explore } from './explore-request.ts'
import type { ItemFilter } from './filter-items.ts'
import { neededFor, towardsObjective, type Valued } from './objective.ts'
import { begin, prepare, prepareRequest, readRequest } from './prepare-request.ts'
import { promote } from './promotions.ts'
import { remembered } from './remembered.ts'
import type { PreparedRequest, ReadRequest, RecommendationRequest, Recommender } from './request.ts'

/** The best `numResults` items (or actions) for a question, as of this moment. */
export async function recommend(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: RecommendationRequest,
): Promise<Recommendations> {
  const begun = await begin(serving, recommender, request)
  const { found, promoted } = await remembered(store, begun, recommender, request, {
    read: () => readRequest(store, serving, begun, recommender, request),
    workOut: read => workOut(read, recommender, request),
  })
  const { promotion, numResults } = request
  return promotion ? promote(found, promoted, numResults, promotion.percent) : found
}

/** The list of a request that the model has not worked out before, as of this moment. */
async function workOut(
  read: ReadRequest,
  recommender: Recommender,
  request: RecommendationRequest,
): Promise<WorkedOut> {
  const prepared = prepare(read)
  return askModel(prepared.model, prepared.query, answer => listOf(answer, prepared, recommender, request))
}

function listOf(
  answer: Answer,
  prepared: PreparedRequest,
  recommender: Recommender,
  { numResults, promotion }: RecommendationRequest,
): WorkedOut {
  const { model, filter } = prepared
  const best = served(model, answer, filter, recommender, numResults)
  const found = byScore(explore(best, prepared, { answer, filter, settings: recommender.exploration, numResults }))
  const present = (ranked: Ranked): Recommendations => ({
    ids: new ItemIds(model.itemIndex, ranked.items),
    scores: presented(answer.toProbabilities?.(ranked.scores, false)),
    explored: ranked.explored,
  })
  if (!promotion) return { found: present(found), promoted: NOTHING }
  const promoted = present(served(model, answer, prepared.promoted, recommender, numResults))
  return {
    found: present(found),
    promoted: { ...promoted, promotions: new Array<string>(promoted.ids.length).fill(promotion.name ?? '') },
  }
}

/** The items of a list in the order in which they suit the user; items unknown to the model come last. */
export async function rankList(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: Omit<RecommendationRequest, 'numResults' | 'promotion'> & { readonly inputList: readonly string[] },
): Promise<Recommendations> {
  await setImmediate()
  const prepared = await prepareRequest(store, serving, recommender, {
    ...request,
    numResults: request.inputList.length,
  })
  return askModel(prepared.model, prepared.query, answer => inOrderOf(answer, prepared, recommender, request.inputList))
}

function inOrderOf(
  answer: Answer,
  { model, filter, passesFilter }: PreparedRequest,
  recommender: Recommender,
  inputList: readonly string[],
): Recommendations {
  const numberOf = (id: string) => {
    const item = model.itemIndex.numberOf(id)
    return item >= 0 && isThere(model, item) ? item : -1
  }
  const found: number[] = []
  const unknown: string[] = []
  for (const id of new Set(inputList)) {
    const item = numberOf(id)
    if (item < 0 && passesFilter(id)) unknown.push(id)
    else if (item >= 0 && filter.passes(item)) found.push(item)
  }
  const passing = new Int32Array(found)
  const ranked = { items: passing, scores: answer.scoresOf!(passing) }
  const list = towardsObjective(sorted(ranked), valued(model), recommender.objective)
  const unscored = passing.filter((_, place) => Number.isNaN(ranked.scores[place]))
  const known = new ItemIds(model.itemIndex, new Int32Array([...list.items, ...unscored]))
  const ids = unknown.length > 0 ? [...known.slice(), ...unknown] : known
  const probabilities = presented(answer.toProbabilities?.(list.scores, true))
  if (!probabilities) return { ids }
  const scores = new Float64Array(ids.length).fill(Number.NaN)
  scores.set(probabilities)
  return { ids, scores }
}

const NOTHING: Recommendations = { ids: [] }

/** Probabilities as they are returned. */
function presented(probabilities: Float64Array | undefined): Float64Array | undefined {
  if (!probabilities) return undefined
  for (let at = 0; at < probabilities.length; at++) probabilities[at] = rounded(probabilities[at]!)
  return probabilities
}

/** The best items of an answer that a filter lets through, as they are served but for exploration and promotions. */
export function served(
  model: LoadedModel,
  answer: Answer,
  filter: ItemFilter,
  { objective }: Pick<Recommender, 'objective'>,
  count: number,
): Ranked {
  const list = inOrder(model, answer, filter, neededFor(count, objective))
  return first(towardsObjective(list, valued(model), objective), count)
}

/** The best items that a filter lets through: those that were trained on, then the others. */
function inOrder({ itemIndex }: LoadedModel, answer: Answer, { passes, few }: ItemFilter, count: number): Ranked {
  const { scoresOf, compareEqual } = answer
  const some = few && scoresOf && compareEqual && few.filter(passes)
  const ranked = some ? sorted({ items: some, scores: scoresOf(some) }, compareEqual) : answer.rank({ count, passes })
  if (ranked.items.length >= count || itemIndex.late.length === 0) return ranked
  const listed = new Set(ranked.items)
  const listing = new Listing({ count, passes })
  listing.offerAll([ranked])
  for (const item of itemIndex.late) if (!listed.has(item)) listing.offer(item, Number.NEGATIVE_INFINITY)
  return listing.ranked()
}

/** The first items of a list. */
function first({ items, scores, explored }: Ranked, count: number): Ranked {
  return { items: items.subarray(0, count), scores: scores.subarray(0, count), explored: explored?.subarray(0, count) }
}

/** The same list in falling order of score, as the API says: an explored item comes where its own score says. */
function byScore(list: Ranked): Ranked {
  if (!list.explored) return list
  const places = new Int32Array(list.items.length)
  for (let place = 0; place < places.length; place++) places[place] = place
  sortByScore(places, list.scores.slice())
  return picked(list, places)
}

function valued({ itemIndex, schema }: LoadedModel): Valued {
  return { schema, fieldsOf: item => itemIndex.recordOf(item).fields }
}

/** A score to 7 decimals, as the service returns it. */
export function rounded(score: number): number {
  // A tenth of the time of `toFixed`.
  return Math.round(score * 1e7) / 1e7
}
