import type { Plan } from './plan.ts'
import type { EventTable } from './snapshot.ts'

/** The data are fewer than a recipe needs: what the status of a training that failed says. */
export class TooFewError extends Error {
  override readonly name = 'TooFewError'
}

export const INTERACTIONS_MIN = 1000
export const USERS_MIN = 25
export const USERS_SHARE_MIN = 0.01

/**
 * The service's minimums (limits.md): 1000 interactions, after filtering by event type and value, and 25 users with at
 * least 2 each, who must be 1 percent of all users with any. Texts need no interactions.
 * @throws TooFewError in the service's words, as far as they are known
 */
export function assertEnough(
  { recipe, eventType }: Pick<Plan, 'recipe' | 'eventType'>,
  { items, offsets, users }: Pick<EventTable, 'items' | 'offsets' | 'users'>,
): void {
  if (recipe.datasets.INTERACTIONS !== 'required') return
  if (items.length < INTERACTIONS_MIN) {
    const filtered = eventType === undefined ? '' : ` after filtering by event type: ${eventType}`
    const start = recipe.domain ? '' : 'Create failed. '
    throw new TooFewError(`${start}Dataset has fewer than ${INTERACTIONS_MIN} interactions${filtered}`)
  }
  const several = users.filter((_, user) => offsets[user + 1]! - offsets[user]! >= 2)
  if (several.length < USERS_MIN)
    throw new TooFewError(`Create failed. Dataset has fewer than ${USERS_MIN} users with at least 2 interactions each.`)
  if (several.length < USERS_SHARE_MIN * users.length)
    throw new TooFewError(
      `Create failed. Fewer than 1 percent of the users have at least 2 interactions each: ${several.length} of ${users.length}`,
    )
}
