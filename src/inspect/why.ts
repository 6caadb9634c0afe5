import { why as explain } from '../operations/recommendations/why.ts'
import type { Route } from './route.ts'

type Explained = Awaited<ReturnType<typeof explain>>

/** Explains the current recommendations of a campaign or recommender for a user, a session or an item. */
export const why: Route = async (services, parameters) => {
  const found = await explain(services, {
    campaignArn: parameters.optional('campaignArn'),
    recommenderArn: parameters.optional('recommenderArn'),
    userId: parameters.optional('userId'),
    sessionId: parameters.optional('sessionId'),
    itemId: parameters.optional('itemId'),
    context: parameters.texts('context'),
    filterArn: parameters.optional('filterArn'),
    filterValues: parameters.texts('filterValues'),
    numResults: parameters.limit({ usual: 10, most: 100 }),
  })
  const { recipe, arn, datasetGroupArn } = found.target
  return {
    arn,
    recipe: recipe.name,
    datasetGroupArn,
    /** The number of the user's events that the recommendations use. */
    events: found.events.length,
    items: found.items.map(item => show(item, found)),
  }
}

function show(item: Explained['items'][number], { target }: Explained) {
  const { id, reasons, isExplored, ...shown } = item
  const idName = target.recipe.request.operation === 'GetActionRecommendations' ? 'actionId' : 'itemId'
  return {
    [idName]: id,
    ...shown,
    isExplored: isExplored ?? false,
    reasons: reasons.map(({ event, ...reason }) => {
      if (!event) return reason
      const { itemId, eventType, timestampMs, sessionId } = event
      const timestamp = new Date(timestampMs).toISOString()
      return { ...reason, event: { [idName]: itemId, eventType, timestamp, sessionId: sessionId ?? undefined } }
    }),
  }
}
