import { InvalidInputException } from '../../contract/errors.ts'
import { withHeaders } from '../../contract/reply-headers.ts'
import { isKnown } from '../../recommender/request/pinned.ts'
import type { Services } from '../operation.ts'
import { findTarget, type Target } from './recommenders.ts'

/** The list that a campaign or recommender answers: to a user, for an item, or to everybody else. */
export interface Pin {
  /** Of the campaign or recommender. */
  readonly arn: string
  readonly userId?: string | undefined
  readonly itemId?: string | undefined
  /** The kind of the ids, as a test names them. */
  readonly list: 'items' | 'actions'
  readonly ids: readonly string[]
}

/** Which pins: all of a campaign, or one; all there are where it is empty. */
export type PinQuery = Partial<Pick<Pin, 'arn' | 'userId' | 'itemId'>>

/**
 * The pinned answers of one server process, for tests. They are not in the store: they end with the process, and no
 * other server has them.
 */
export interface Pins {
  set(pin: Pin): void
  /** Returns the list for a request: that of its user, else of its item, else the one for everybody. */
  of(arn: string, request: Pick<Pin, 'userId' | 'itemId'>): readonly string[] | undefined
  find(query: PinQuery): readonly Pin[]
  /** Returns how many there were. */
  remove(query: PinQuery): number
}

/** No pins yet. */
export function openPins(): Pins {
  const pins = new Map<string, Pin>()
  const find = (query: PinQuery) => [...pins.values()].filter(pin => isAsked(pin, query))
  return {
    set: pin => void pins.set(keyOf(pin), pin),
    of(arn, { userId, itemId }) {
      if (pins.size === 0) return undefined
      const places = [userId !== undefined && { userId }, itemId !== undefined && { itemId }, {}]
      const found = places.flatMap(place => (place ? (pins.get(keyOf({ arn, ...place })) ?? []) : []))
      return found[0]?.ids
    },
    find,
    remove(query) {
      const found = find(query)
      for (const pin of found) pins.delete(keyOf(pin))
      return found.length
    },
  }
}

const keyOf = ({ arn, userId, itemId }: Omit<Pin, 'ids' | 'list'>) =>
  JSON.stringify([arn, userId ?? null, itemId ?? null])

const isAsked = (pin: Pin, query: PinQuery) =>
  (['arn', 'userId', 'itemId'] as const).every(name => query[name] === undefined || query[name] === pin[name])

/** The most ids of a pin, as of an answer. */
const IDS_MAX = 500

/** A pin as a test declares it. */
export interface GivenPin {
  readonly campaignArn?: string | undefined
  readonly recommenderArn?: string | undefined
  readonly userId?: string | undefined
  readonly itemId?: string | undefined
  readonly items?: readonly string[] | undefined
  readonly actions?: readonly string[] | undefined
}

/**
 * Pins an answer. One that is pinned for the same place is replaced.
 * @throws ResourceNotFoundException, InvalidInputException as a request for recommendations does
 * @throws InvalidInputException that names the member that does not fit the recipe, or the id that is not known
 */
export async function pin(services: Services, given: GivenPin): Promise<void> {
  await services.store.catchUp()
  const target = await findTarget(services, given)
  const { userId, itemId } = given
  assertPlace(target, given)
  const ids = idsOf(target, given)
  const knows = await isKnown(services.serving, target)
  const unknown = ids.findIndex(id => !knows(id))
  const { noun, list } = wordsOf(target)
  if (unknown >= 0)
    throw new InvalidInputException(
      `${list}.${unknown + 1}: the dataset group has no ${noun} ${JSON.stringify(ids[unknown])}: put it first`,
    )
  services.pins.set({ arn: target.arn, userId, itemId, list, ids })
}

function assertPlace({ recipe }: Target, { userId, itemId }: GivenPin): void {
  if (userId !== undefined && itemId !== undefined)
    throw new InvalidInputException('userId and itemId are both given: a pin is for a user, for an item, or for all')
  for (const [name, id] of Object.entries({ userId, itemId } as const))
    if (id !== undefined && recipe.request[name as 'userId' | 'itemId'] === 'unused')
      throw new InvalidInputException(`${name} has no effect with ${recipe.name}: leave it out`)
}

function idsOf(target: Target, given: GivenPin): readonly string[] {
  const { noun, list, other } = wordsOf(target)
  if (given[other] !== undefined)
    throw new InvalidInputException(`${other} is wrong for ${target.recipe.name}: name ${noun}s in ${list}`)
  const ids = given[list]
  if (ids === undefined) throw new InvalidInputException(`${list} is missing: the ids to answer, such as ["a", "b"]`)
  if (ids.length > IDS_MAX)
    throw new InvalidInputException(`${list} must have at most ${IDS_MAX} ids, got ${ids.length}`)
  const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i)
  if (twice >= 0) throw new InvalidInputException(`${list}.${twice + 1}: ${JSON.stringify(ids[twice])} is there twice`)
  return ids
}

function wordsOf({ recipe }: Target) {
  return recipe.request.operation === 'GetActionRecommendations'
    ? ({ noun: 'action', list: 'actions', other: 'items' } as const)
    : ({ noun: 'item', list: 'items', other: 'actions' } as const)
}

/** Marks an answer as pinned: the reply has a header that says so. */
export function asPinned<Output extends object>(output: Output): Output {
  return withHeaders(output, ['x-personalite-pinned', 'true'])
}
