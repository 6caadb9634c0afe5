import type { WorkedOut } from '../serving/remembered-lists.ts'
import type { ReadRequest, RecommendationRequest, Recommender } from './request.ts'
import { dayOf } from './seed.ts'

/**
 * The list of the same request before, where nothing has changed since that it depends on; else it is worked out. Of
 * users' blends alone: other models take no longer than the look for changes, or change with time.
 */
export async function remembered(
  { model, version, sources, known, wanted, suitable, query }: ReadRequest,
  { exploration, influence, objective }: Recommender,
  { userId, context, numResults, promotion }: RecommendationRequest,
  workOut: () => Promise<WorkedOut>,
): Promise<WorkedOut> {
  if (!model.ranker.remembered || !known || query.item !== undefined) return workOut()
  const promoted = promotion && (promotion.name ?? '')
  const request = JSON.stringify([userId, numResults, context, promoted, exploration, influence, objective])
  const inputs = {
    version,
    day: dayOf(query.now),
    sources,
    filters: [wanted, suitable],
    user: known.user,
    newest: known.newest,
    properties: known.stored,
    lookedFor: known.isLookedFor ? known.lookedFor : undefined,
  }
  const last = model.lists.recall(request, inputs)
  if (last) return last
  const list = await workOut()
  model.lists.remember(request, inputs, list)
  return list
}
