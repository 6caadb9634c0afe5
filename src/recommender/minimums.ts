import type { Plan } from './plan.ts'
import type { EventTable } from './snapshot.ts'

/** The data are fewer than a recipe needs: what the status of a training that failed says. */
export class TooFewError extends Error {
  override readonly name = 'TooFewError'
}

const INTERACTIONS_MIN = 1000
const USERS_MIN = 25

/**
 * The service's minimums (limits.md): 1000 interactions, after filtering by event type and value, and 25 users with at
 * least 2 each. Trending items and most popular ones need no users; texts need no interactions.
 * @throws TooFewError in the service's words
 */
export function assertEnough({ recipe, eventType }: Plan, { items, offsets, users }: EventTable): void {
  if (recipe.datasets.INTERACTIONS !== 'required') return
  if (items.length < INTERACTIONS_MIN) {
    const filtered = eventType === undefined ? '' : ` after filtering by event type: ${eventType}`
    const start = recipe.domain ? '' : 'Create failed. '
    throw new TooFewError(`${start}Dataset has fewer than ${INTERACTIONS_MIN} interactions${filtered}`)
  }
  const several = users.filter((_, user) => offsets[user + 1]! - offsets[user]! >= 2)
  if (several.length < USERS_MIN)
    throw new TooFewError(`Create failed. Dataset has fewer than ${USERS_MIN} users with at least 2 interactions each.`)
}
