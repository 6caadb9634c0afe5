import { setImmediate } from 'node:timers/promises'
import { InvalidInputException } from '../../contract/errors.ts'
import { foldName } from '../../datasets/names.ts'
import { sortByScore } from '../../engine/math/sort-by-score.ts'
import { Listing, picked, type Ranked, sorted } from '../../engine/ranked.ts'
import { type BoundField, comparisonsOf, type FilledFilter, type Operand } from '../../filters/ast.ts'
import { isEvents } from '../../filters/check.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import {
  compileFilter,
  type FilterContext,
  INTERACTIONS_PER_EVENT_TYPE,
  type Interaction,
} from '../../filters/evaluate.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { type History, NO_HISTORY } from '../../store/history.ts'
import type { Store } from '../../store/store.ts'
import type { Answer, Query } from '../families/ranker.ts'
import { isThere, type LoadedModel } from '../serving/open-model.ts'
import type { Recommendations } from '../serving/recommendations.ts'
import type { WorkedOut } from '../serving/remembered-lists.ts'
import type { Serving } from '../serving/serving.ts'
import { readContext } from '../training/contexts.ts'
import { explore } from './explore-request.ts'
import { EVERYTHING, filterItems, type ItemContext, type ItemFilter } from './filter-items.ts'
import { neededFor, towardsObjective, type Valued } from './objective.ts'
import { promote } from './promotions.ts'
import { remembered } from './remembered.ts'
import type { BegunRequest, PreparedRequest, ReadRequest, RecommendationRequest, Recommender } from './request.ts'
import { type LookedFor, OF_TYPE_MAX, readUser } from './request-user.ts'

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
  { numResults, promotion }: RecommendationRequest,
): Promise<WorkedOut> {
  const prepared = prepare(read)
  const { model, query, filter } = prepared
  const { ranker } = model
  const answer = ranker.askSoon ? await ranker.askSoon(query) : ranker.ask(query)
  const best = served(model, answer, filter, recommender, numResults)
  const found = byScore(explore(best, answer, prepared, filter, recommender.exploration, numResults))
  const present = (ranked: Ranked): Recommendations => ({
    ids: idsOf(model, ranked),
    scores: presented(answer.toProbabilities?.(ranked.scores, false)),
    explored: ranked.explored,
  })
  if (!promotion) return { found: present(found), promoted: NOTHING }
  const promoted = present(served(model, answer, prepared.promoted, recommender, numResults))
  return {
    found: present(found),
    promoted: { ...promoted, promotions: promoted.ids.map(() => promotion.name ?? '') },
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
  const { model, query, filter } = prepared
  const { ranker } = model
  const answer = ranker.askSoon ? await ranker.askSoon(query) : ranker.ask(query)
  const numberOf = (id: string) => {
    const item = model.itemIndex.numberOf(id)
    return item >= 0 && isThere(model, item) ? item : -1
  }
  const known = [...new Set(request.inputList)].map(numberOf).filter(item => item >= 0)
  const passing = Int32Array.from(known.filter(item => filter.passes(item)))
  const ranked = { items: passing, scores: answer.scoresOf!(passing) }
  const list = towardsObjective(sorted(ranked), valued(model), recommender.objective)
  const unscored = passing.filter((_, place) => Number.isNaN(ranked.scores[place]))
  const unknown = [...new Set(request.inputList)].filter(id => numberOf(id) < 0 && prepared.passesFilter(id))
  const ids = [...idsOf(model, list), ...idsOf(model, { items: unscored }), ...unknown]
  const probabilities = presented(answer.toProbabilities?.(list.scores, true))
  if (!probabilities) return { ids }
  const scores = new Float64Array(ids.length).fill(Number.NaN)
  scores.set(probabilities)
  return { ids, scores }
}

const NOTHING: Recommendations = { ids: [] }

/** The ids of items. In plain steps the processor reads several texts from memory at once: half the time of `map`. */
function idsOf({ itemIndex }: LoadedModel, { items }: Pick<Ranked, 'items'>): readonly string[] {
  const ids = new Array<string>(items.length)
  for (let at = 0; at < ids.length; at++) ids[at] = itemIndex.idOf(items[at]!)
  return ids
}

/** Probabilities as they are returned. */
function presented(probabilities: Float64Array | undefined): Float64Array | undefined {
  if (!probabilities) return undefined
  for (let at = 0; at < probabilities.length; at++) probabilities[at] = rounded(probabilities[at]!)
  return probabilities
}

/**
 * Reads all that a request needs, and makes its filters ready.
 * @throws InvalidInputException where a filter needs a user and there is none, and for a context that is no number
 */
export async function prepareRequest(
  store: Store,
  serving: Serving,
  recommender: Recommender,
  request: RecommendationRequest,
): Promise<PreparedRequest> {
  const begun = await begin(serving, recommender, request)
  return prepare(await readRequest(store, serving, begun, recommender, request))
}

/** Finds all that a request needs, but for its user. */
async function begin(
  serving: Serving,
  { recipe, owner, datasetGroupArn }: Recommender,
  { itemId: given, filter, promotion }: RecommendationRequest,
): Promise<BegunRequest> {
  const sources = await serving.sources(datasetGroupArn)
  const model = await serving.model(owner, sources)
  const { version } = model
  const [wanted, suitable] = [filter && (await filter(sources)), promotion?.filter && (await promotion.filter(sources))]
  // Of a recipe that is not about an item (API_RS_GetRecommendations.md) it is neither left out nor the CurrentItem.
  const itemId = recipe.request.itemId === 'unused' ? undefined : given
  return { model, version, sources, itemId, wanted, suitable }
}

/** Reads the rest of what a request needs. @throws InvalidInputException for a context that is no number */
async function readRequest(
  store: Store,
  serving: Serving,
  begun: BegunRequest,
  { recipe, influence }: Recommender,
  { userId, context, now }: RecommendationRequest,
): Promise<ReadRequest> {
  const { model, sources, itemId, wanted, suitable } = begun
  const events = lookedFor([wanted, suitable], recipe)
  const known = userId === undefined ? undefined : await readUser(store, sources, model, userId, events)
  const item = itemId === undefined ? undefined : model.itemIndex.numberOf(itemId)
  const user = recipe.request.userId === 'for filters' ? undefined : known?.user
  const query: Query = { user, item, context: readContext(model.contexts, context), now, influence }
  const currentItem = itemId === undefined ? undefined : (await serving.catalogue(sources)).get(itemId)
  return { ...begun, recipe, query, known, currentItem }
}

/** @throws InvalidInputException where a filter needs a user and there is none */
function prepare({
  recipe,
  model,
  sources,
  query,
  known,
  currentItem,
  wanted,
  suitable,
}: ReadRequest): PreparedRequest {
  const { ranker, itemIndex } = model
  const lookedFor = known?.lookedFor ?? NO_HISTORY
  const context: Omit<FilterContext, 'interactions'> = { currentUser: known?.record, currentItem }
  const itemContext: ItemContext = {
    ...context,
    interactions: interactionsOf(lookedFor, id => itemIndex.numberOf(id)),
  }
  const leftOut = new Set<number>(query.item === undefined ? [] : [query.item])
  if (recipe.excludes)
    for (const { id, eventType } of itemContext.interactions)
      if (eventType.toLowerCase() === recipe.excludes.toLowerCase()) leftOut.add(id)
  const isLeftOut = (item: number) =>
    (leftOut.size > 0 && leftOut.has(item)) || !isThere(model, item) || ranker.leavesOut?.(item, query)
  const compile = (filled: FilledFilter | undefined): ItemFilter => {
    if (filled && !known && isAboutUser(filled))
      throw new InvalidInputException('userId is missing: the filter is about the user')
    const { passes, few } = filled ? filterItems(itemIndex, filled, itemContext) : EVERYTHING
    return { passes: item => !isLeftOut(item) && passes(item), few }
  }
  let test: ((record: DatasetRecord) => boolean) | undefined
  const passesFilter = (id: string) => {
    test ??= wanted
      ? compileFilter(wanted, { ...context, interactions: interactionsOf(lookedFor, id => id) })
      : () => true
    const number = itemIndex.numberOf(id)
    return test(number < 0 ? { id, fields: [] } : itemIndex.recordOf(number))
  }
  return { model, sources, query, known, filter: compile(wanted), promoted: compile(suitable), passesFilter }
}

/** The events that were looked for, as filters take them: made when one asks, which most requests do not. */
function interactionsOf<Id>(
  { length, itemIds, eventTypes }: History,
  idOf: (itemId: string) => Id,
): Iterable<Interaction<Id>> {
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at < length; at++) yield { id: idOf(itemIds[at]!), eventType: eventTypes[at]! }
    },
  }
}

/** Which of a user's events filters and the recipe look at; undefined where they look at none. */
function lookedFor(filters: readonly (FilledFilter | undefined)[], { excludes }: Recipe): LookedFor | undefined {
  const types: string[] = excludes ? [excludes] : []
  let most = excludes ? OF_TYPE_MAX : 0
  for (const { field, value } of filters.flatMap(filter => (filter ? allComparisons(filter) : []))) {
    if (!isEvents(field.source) || value.kind !== 'literals') continue
    types.push(...value.literals.map(String))
    most = Math.max(most, INTERACTIONS_PER_EVENT_TYPE[field.source])
  }
  if (types.length === 0) return undefined
  if (types.includes('*')) return { isWanted: () => true, most }
  const names = new Set(types.map(foldName))
  const isWanted = (eventType: string) => names.has(foldName(eventType))
  return { isWanted, types: types.map(type => type.toLowerCase()), most }
}

/** Whether a filter looks at the current user, or at the user's events. */
function isAboutUser(filter: FilledFilter): boolean {
  return allComparisons(filter).some(({ field: { source } }) => source === 'CURRENT_USER' || isEvents(source))
}

type Comparisons = ReturnType<typeof comparisonsOf<BoundField, Operand<BoundField>>>

const comparisons = new WeakMap<FilledFilter, Comparisons>()

/** All comparisons of a filter, found once: the filters of requests with the same values are the same object. */
function allComparisons(filter: FilledFilter): Comparisons {
  return comparisons.getOrInsertComputed(filter, ({ expressions }) => expressions.flatMap(comparisonsOf))
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

/** @throws InvalidInputException naming the part that a recipe needs */
export function assertAsked(
  { request, name }: Recipe,
  { userId, itemId }: Pick<RecommendationRequest, 'userId' | 'itemId'>,
): void {
  if (request.userId === 'required' && !userId)
    throw new InvalidInputException(`userId is missing: ${name} recommends for a user`)
  if (request.itemId === 'required' && !itemId)
    throw new InvalidInputException(`itemId is missing: ${name} recommends what goes with an item`)
}
