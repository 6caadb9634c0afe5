import { InvalidInputException } from '../../contract/errors.ts'
import { isKnown } from '../../recommender/request/pinned.ts'
import type { Services } from '../operation.ts'
import { findTarget, type Target } from './recommenders.ts'

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
 * @throws InvalidInputException as a request for recommendations does
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
  services.pins.set({ arn: target.arn, id: target.id, userId, itemId, list, ids })
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
