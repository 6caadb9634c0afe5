import { isMetadata } from '../../datasets/requirements.ts'
import type { Schema } from '../../datasets/schema.ts'
import { TrainingDataError } from './data-error.ts'
import { filteringOf } from './event-rules.ts'
import type { Plan } from './plan.ts'
import type { EventTable } from './snapshot.ts'

export const INTERACTIONS_MIN = 1000
export const USERS_MIN = 25
export const USERS_SHARE_MIN = 0.01

/**
 * The service's minimums (limits.md): 1000 interactions, after filtering by event type and value. And 25 users with at
 * least 2 each, who must be 1 percent of all users with any. Interactions that were not chosen are there too. Texts
 * need no interactions.
 * @param unmet the event types without an event, as `unmetTypes` says them
 * @throws TrainingDataError in the service's words, as far as they are known
 */
export function assertEnough(
  { recipe, rules }: Pick<Plan, 'recipe' | 'rules'>,
  { items, offsets, users, left }: Pick<EventTable, 'items' | 'offsets' | 'users'> & Partial<Pick<EventTable, 'left'>>,
  unmet?: string,
): void {
  if (recipe.datasets.INTERACTIONS !== 'required') return
  if (items.length + (left?.events ?? 0) < INTERACTIONS_MIN) {
    const filtered = filteringOf(rules)
    const start = recipe.domain ? '' : 'Create failed. '
    const why = unmet === undefined ? '' : `: ${unmet}`
    throw new TrainingDataError(`${start}Dataset has fewer than ${INTERACTIONS_MIN} interactions${filtered}${why}`)
  }
  const several = users.filter((_, user) => offsets[user + 1]! - offsets[user]! >= 2)
  if (several.length < USERS_MIN)
    throw new TrainingDataError(
      `Create failed. Dataset has fewer than ${USERS_MIN} users with at least 2 interactions each.`,
    )
  if (several.length < USERS_SHARE_MIN * users.length)
    throw new TrainingDataError(
      `Create failed. Fewer than 1 percent of the users have at least 2 interactions each: ${several.length} of ${users.length}`,
    )
}

const TYPES_AND_COLUMNS_MAX = 10

/**
 * The service fails a training on more than 10 event types, combined with the optional metadata columns of the
 * interactions (limits.md, analyzing-data.md). Those are the columns that are no reserved keywords.
 * @param types how many distinct event types the dataset has
 * @throws TrainingDataError
 */
export function assertNotTooMany({ recipe }: Pick<Plan, 'recipe'>, types: number, schema: Schema | undefined): void {
  const { fields = [], domain } = schema ?? {}
  const columns = fields.map(({ name }) => name).filter(name => isMetadata('INTERACTIONS', domain, name))
  if (types + columns.length <= TYPES_AND_COLUMNS_MAX) return
  const start = recipe.domain ? '' : 'Create failed. '
  const and =
    columns.length === 0
      ? ''
      : ` and ${columns.length} metadata column${columns.length === 1 ? '' : 's'} (${columns.join(', ')})`
  throw new TrainingDataError(
    `${start}The Interactions dataset has ${types} distinct event types${and}; together they may be ${TYPES_AND_COLUMNS_MAX} at most`,
  )
}

/**
 * Of users whose interactions are all of one time the service makes no segments (analyzing-data.md).
 * @throws TrainingDataError
 */
export function assertSeveralTimes({ recipe }: Pick<Plan, 'recipe'>, times: Float64Array): void {
  if (recipe.recipeType !== 'USER_SEGMENTATION' || times.some(time => time !== times[0])) return
  throw new TrainingDataError('Create failed. All interactions have the same timestamp.')
}
