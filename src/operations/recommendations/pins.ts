import { withHeaders } from '../../contract/reply-headers.ts'
import type { Store } from '../../store/store.ts'

/** The list that a campaign or recommender answers: to a user, for an item, or to everybody else. */
export interface Pin {
  /** Of the campaign or recommender. */
  readonly arn: string
  /** The number of its resource: a later one of this ARN has another. */
  readonly id: number
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
  of(target: Pick<Pin, 'id'>, request: Pick<Pin, 'userId' | 'itemId'>): readonly string[] | undefined
  find(query: PinQuery): readonly Pin[]
  /** Returns how many there were. */
  remove(query: PinQuery): number
}

/** No pins yet. Those of a campaign or recommender that is deleted are forgotten, on whichever server it was. */
export function openPins(store: Pick<Store, 'watch' | 'resources'>): Pins {
  const pins = new Map<string, Pin>()
  const forgetGone = async (arn: string) => {
    const found = await store.resources.get(arn)
    for (const [key, pin] of pins) if (pin.arn === arn && pin.id !== found?.id) pins.delete(key)
  }
  store.watch(change => {
    // One that is still there does no harm: it is asked for by its number.
    const isPinned = change.kind === 'resource' && [...pins.values()].some(({ arn }) => arn === change.arn)
    if (isPinned) void forgetGone(change.arn).catch(() => {})
  })
  const find = (query: PinQuery) => [...pins.values()].filter(pin => isAsked(pin, query))
  return {
    set: pin => void pins.set(keyOf(pin), pin),
    of({ id }, { userId, itemId }) {
      if (pins.size === 0) return undefined
      const places = [userId !== undefined && { userId }, itemId !== undefined && { itemId }, {}]
      const found = places.flatMap(place => (place ? (pins.get(keyOf({ id, ...place })) ?? []) : []))
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

const keyOf = ({ id, userId, itemId }: Omit<Pin, 'arn' | 'ids' | 'list'>) =>
  JSON.stringify([id, userId ?? null, itemId ?? null])

const isAsked = (pin: Pin, query: PinQuery) =>
  (['arn', 'userId', 'itemId'] as const).every(name => query[name] === undefined || query[name] === pin[name])

/** The member of a request that names the campaign or recommender with this ARN. */
export const memberOf = (arn: string) => (arn.includes(':recommender/') ? 'recommenderArn' : 'campaignArn')

/** Marks an answer as pinned: the reply has a header that says so. */
export function asPinned<Output extends object>(output: Output): Output {
  return withHeaders(output, ['x-personalite-pinned', 'true'])
}
