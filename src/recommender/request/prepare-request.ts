import { InvalidInputException } from '../../contract/errors.ts'
import { foldName } from '../../datasets/names.ts'
import { type BoundField, comparisonsOf, type FilledFilter, type Operand } from '../../filters/ast.ts'
import { isEvents } from '../../filters/check.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { compileFilter, type FilterContext, INTERACTIONS_PER_EVENT_TYPE } from '../../filters/evaluate.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { NO_HISTORY } from '../../store/history.ts'
import type { Store } from '../../store/store.ts'
import type { Query } from '../families/ranker.ts'
import { isThere } from '../serving/open-model.ts'
import type { Serving } from '../serving/serving.ts'
import { readContext } from '../training/contexts.ts'
import { EVERYTHING, filterItems, type ItemContext, type ItemFilter } from './filter-items.ts'
import type { BegunRequest, PreparedRequest, ReadRequest, RecommendationRequest, Recommender } from './request.ts'
import { type LookedFor, OF_TYPE_MAX, readUser } from './request-user.ts'

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
export async function begin(
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
export async function readRequest(
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

/** Makes a request's filters ready. @throws InvalidInputException where a filter needs a user and there is none */
export function prepare({
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
    interactions: { eventTypes: lookedFor.eventTypes, idOf: at => itemIndex.numberOf(lookedFor.itemIds[at]!) },
  }
  const leftOut = new Set<number>(query.item === undefined ? [] : [query.item])
  if (recipe.excludes)
    for (const [at, eventType] of lookedFor.eventTypes.entries())
      if (eventType.toLowerCase() === recipe.excludes.toLowerCase()) leftOut.add(itemContext.interactions.idOf(at))
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
      ? compileFilter(wanted, {
          ...context,
          interactions: { eventTypes: lookedFor.eventTypes, idOf: at => lookedFor.itemIds[at]! },
        })
      : () => true
    const number = itemIndex.numberOf(id)
    return test(number < 0 ? { id, fields: [] } : itemIndex.recordOf(number))
  }
  return { model, sources, query, known, filter: compile(wanted), promoted: compile(suitable), passesFilter }
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
