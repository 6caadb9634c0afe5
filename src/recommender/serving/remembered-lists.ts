import { LRUCache } from 'lru-cache'
import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import type { FilledFilter } from '../../filters/ast.ts'
import type { History } from '../../store/history.ts'
import type { RequestUser } from '../families/ranker.ts'
import { areEqual } from '../families/remembered-scores.ts'
import type { Recommendations } from './recommendations.ts'

/** The list of a request, and the items of its promotion that may be put among the others. */
export interface WorkedOut {
  readonly found: Recommendations
  readonly promoted: Recommendations
}

/** All that a list depends on, besides the model and the request: as this request has found it. */
export interface ListInputs {
  /** `LoadedModel.version`, read before anything else of the model. */
  readonly version: number
  /** The day of exploration. */
  readonly day: number
  readonly sources: DatasetsOfGroup
  readonly filters: readonly (FilledFilter | undefined)[]
  /** The user's properties and events: their mark, as of `Store.mark`, or what was read of them. */
  readonly user: number | UserInputs
}

/** All of a user that a list depends on, as it was read. */
export interface UserInputs {
  readonly user: RequestUser
  /** The number of the user's newest event. */
  readonly newest: number | undefined
  /** The user's properties, as the store has them. */
  readonly properties: string | undefined
  /** The events that filters and the recipe look at; undefined where they look at none. */
  readonly lookedFor: Pick<History, 'itemIds' | 'eventTypes'> | undefined
}

/** Lists that were worked out for a model. */
export interface RememberedLists {
  /** The list of a request that was the same but for these inputs; undefined where one of them has changed. */
  recall(request: string, inputs: ListInputs): WorkedOut | undefined
  remember(request: string, inputs: ListInputs, list: WorkedOut): void
  /** How often a list was recalled. */
  readonly recalled: number
}

interface Remembered {
  readonly inputs: ListInputs
  readonly list: WorkedOut
}

/** The room of all lists of a model that are remembered, in items of some 100 bytes: 30 MB. */
const PLACES_MAX = 300_000

/**
 * Remembers lists, and returns one as long as all is the same that it depends on, as the request has read it just
 * now. So no list is stale, whatever changed and wherever.
 * @param placesMax the lists used last are remembered, with this many items in all, or with other things that take as
 *   much room
 */
export function rememberLists(placesMax = PLACES_MAX): RememberedLists {
  const lists = new LRUCache<string, Remembered>({ maxSize: placesMax, sizeCalculation: placesOf })
  let recalled = 0
  return {
    get recalled() {
      return recalled
    },
    recall(request, inputs) {
      const last = lists.get(request)
      if (!last || !areSame(last.inputs, inputs)) return undefined
      recalled++
      return last.list
    },
    remember(request, inputs, list) {
      lists.set(request, { inputs, list })
    },
  }
}

/**
 * The room in items of a list. An event that is looked for takes that of four, a list alone that of ten. An event of
 * the history is a number and a weight, 8 bytes.
 */
function placesOf({ inputs: { user }, list: { found, promoted } }: Remembered): number {
  const places = 10 + found.ids.length + promoted.ids.length
  if (typeof user === 'number') return places
  return places + Math.ceil(user.user.history.length / 12) + 4 * (user.lookedFor?.itemIds.length ?? 0)
}

function areSame(one: ListInputs, other: ListInputs): boolean {
  return (
    one.version === other.version &&
    one.day === other.day &&
    one.sources === other.sources &&
    areEqual(one.filters, other.filters) &&
    (one.user === other.user ||
      (typeof one.user === 'object' && typeof other.user === 'object' && isSameUser(one.user, other.user)))
  )
}

function isSameUser(one: UserInputs, other: UserInputs): boolean {
  return (
    one.newest === other.newest &&
    one.properties === other.properties &&
    areEqual(one.user.history, other.user.history) &&
    areEqual(one.user.weights, other.user.weights) &&
    areEqual([...(one.user.late ?? [])], [...(other.user.late ?? [])]) &&
    areEqual(one.lookedFor?.itemIds, other.lookedFor?.itemIds) &&
    areEqual(one.lookedFor?.eventTypes, other.lookedFor?.eventTypes)
  )
}
