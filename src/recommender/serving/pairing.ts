import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { HISTORY_MAX } from '../../engine/blend/questions.ts'
import type { WatchedEvent } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { LoadedModel } from './open-model.ts'

/** Has a model count with which items those go that had no event at training, for which it wants users' histories. */
interface Pairing {
  /** Called with each event that the model adds, and with its item. */
  addEvent(event: WatchedEvent, item: number): void
  /** Resolves when all those events are counted. */
  done(): Promise<void>
}

/** At most this many users wait for their events to be read: more come at once only where a model is loaded late. */
const WAITING_MAX = 20_000
/** Some 5 ms of work, then other requests have their turn. */
const USERS_AT_ONCE = 50

/** The new events of a user by their numbers. */
interface Waiting {
  readonly userId: string
  readonly seqs: Set<number>
}

const NO_PAIRING: Pairing = { addEvent() {}, done: async () => {} }

/** @param dataset the Interactions dataset */
export function openPairing(store: Store, dataset: number | undefined, model: LoadedModel): Pairing {
  const { pairs } = model.ranker
  if (!pairs || dataset === undefined) return NO_PAIRING
  const waiting = new LRUCache<string, Waiting>({ max: WAITING_MAX })
  let counting: Promise<void> | undefined

  const countUser = async (userId: string, seqs: ReadonlySet<number>) => {
    const newest = await store.interactions.ofUser(dataset, userId, HISTORY_MAX)
    const events = newest.toReversed().flatMap(event => {
      const [weight, item] = [event.repeated ? 0 : model.weigh(event), model.itemIndex.numberOf(event.itemId)]
      return weight === 0 || item < 0 ? [] : [{ item, weight, seq: event.seq }]
    })
    pairs.add(events, ({ seq }) => seqs.has(seq))
  }
  const countAll = async () => {
    let users = 0
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { userId, seqs } = next
      try {
        await countUser(userId, seqs)
      } catch (error) {
        // The next request tries again.
        waiting.set(userId, { userId, seqs: seqs.union(waiting.get(userId)?.seqs ?? new Set()) })
        throw error
      }
      if (++users % USERS_AT_ONCE === 0) await setImmediate()
    }
  }
  return {
    addEvent({ userId, seq }, item) {
      if (!pairs.concerns(item, userId)) return
      const seqs = waiting.get(userId)?.seqs ?? new Set()
      waiting.set(userId, { userId, seqs: seqs.add(seq) })
    },
    done() {
      if (waiting.size > 0)
        counting ??= countAll().finally(() => {
          counting = undefined
        })
      return counting ?? Promise.resolve()
    },
  }
}
