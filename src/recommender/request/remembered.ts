import { setImmediate } from 'node:timers/promises'
import type { Store } from '../../store/store.ts'
import type { UserInputs, WorkedOut } from '../serving/remembered-lists.ts'
import type { BegunRequest, ReadRequest, RecommendationRequest, Recommender } from './request.ts'
import type { KnownUser } from './request-user.ts'
import { dayOf } from './seed.ts'

/** The steps of a request, for one that is not remembered. */
interface Steps {
  read(): Promise<ReadRequest>
  workOut(read: ReadRequest): Promise<WorkedOut>
}

/**
 * The list of the same request before, where nothing has changed since that it depends on; else it is worked out. Of
 * users' blends alone: other models take no longer than the look for changes, or change with time.
 */
export async function remembered(
  store: Store,
  { model, version, sources, wanted, suitable, itemId }: BegunRequest,
  recommender: Recommender,
  request: RecommendationRequest,
  { read, workOut }: Steps,
): Promise<WorkedOut> {
  const { userId, now } = request
  if (!model.ranker.remembered || userId === undefined || itemId !== undefined) {
    await setImmediate()
    return workOut(await read())
  }
  const key = keyOf(recommender, request, userId)
  const mark = markOf(store, sources, userId)
  const found = mark === undefined ? await read() : undefined
  const user = mark ?? inputsOf(found!.known!)
  const inputs = { version, day: dayOf(now), sources, filters: [wanted, suitable], user }
  const last = model.lists.recall(key, inputs)
  if (last) return last
  // In a turn of the event loop of its own: the reply before is sent first, also where requests arrived together.
  await setImmediate()
  const list = await workOut(found ?? (await read()))
  model.lists.remember(key, inputs, list)
  return list
}

/** The mark of a user's properties and events; undefined where the store has none. */
function markOf(store: Store, { USERS, INTERACTIONS }: BegunRequest['sources'], userId: string): number | undefined {
  if (!store.mark) return undefined
  // Both grow alone, so their sum is the same where both are.
  return (USERS ? store.mark(USERS.id, userId) : 0) + (INTERACTIONS ? store.mark(INTERACTIONS.id, userId) : 0)
}

function inputsOf({ user, newest, stored, isLookedFor, lookedFor }: KnownUser): UserInputs {
  return { user, newest, properties: stored, lookedFor: isLookedFor ? lookedFor : undefined }
}

/** The settings of campaigns and recommenders as text: each is the same object until it changes. */
const settings = new WeakMap<Recommender, string>()

/** A text that requests have in common which ask for the same. */
function keyOf(recommender: Recommender, request: RecommendationRequest, userId: string): string {
  const { exploration, influence, objective } = recommender
  const { numResults, context, promotion } = request
  const set = settings.getOrInsertComputed(recommender, () => JSON.stringify([exploration, influence, objective]))
  const asked = context || promotion ? JSON.stringify([context, promotion && (promotion.name ?? '')]) : ''
  return `${numResults}${set}${asked} ${userId}`
}
