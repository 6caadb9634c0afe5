import type { DatabaseSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import { hashOf } from '../puts/put-index.ts'
import { Bits } from './bits.ts'
import { keyOf } from './digest.ts'

/** Users share a place by their hashes; each has one of its own up to some 100,000. 4 MiB. */
const PLACES = 1 << 20
/** 16 MiB, for 16 million events. */
const WORDS = 1 << 22

/** Rows read at a time: some 5 ms, for which a Put call may have to wait. */
const AT_ONCE = 5000

/** The greatest time of a place: seconds since 1970, in the year 2106. */
const TIME_MAX = 2 ** 32 - 1

/** The times of all events that were put, of each user in a dataset in order. */
const TIMES = [
  'SELECT user_id, newest AS time FROM packs WHERE dataset = ? AND source = 0 AND (user_id, newest) > (?, ?)',
  'SELECT user_id, timestamp AS time FROM interactions WHERE dataset = ? AND source = 0 AND (user_id, timestamp) > (?, ?)',
]

/** Events of a user that are put together. */
export interface FilteredEvents {
  readonly userId: string
  /** The result of `keyOf` for each. */
  readonly keys: readonly number[]
  /** Times in milliseconds since 1970. */
  readonly oldest: number
  readonly newest: number
}

/**
 * Knows of most new events that they are new, without a look at those of their user: they are later than all that the
 * user had some million events ago, and not among the events since then. It is filled from the tables after the start,
 * a little at a time; until then no event is known to be new.
 * @param places how many newest times of users it has, a power of two
 * @param words how large the filter of the latest events is, a power of two
 */
export function openEventFilter(db: DatabaseSync, places = PLACES, words = WORDS) {
  const datasets = db.prepare("SELECT id FROM resources WHERE kind = 'dataset' ORDER BY id").all()
  const tables = TIMES.map(read => db.prepare(`${read} ORDER BY user_id, time LIMIT ${AT_ONCE}`))
  /** The newest time of the users of a place, in seconds: of all events, and of all but the latest. */
  const newest = new Uint32Array(places)
  const newestBefore = new Uint32Array(places)
  let latest = new Bits(words)
  /** The places of tables that are still to be read, the next one last, and how far that is. */
  const left = tables.flatMap(table => datasets.map(({ id }) => ({ table, dataset: id as number })))
  let after = { user: '', time: -1 }

  const placeOf = (user: number) => user & (places - 1)
  const secondOf = (timestampMs: number) => Math.min(Math.floor(timestampMs / 1000), TIME_MAX)
  const note = (times: Uint32Array, user: number, timestampMs: number) => {
    const place = placeOf(user)
    times[place] = Math.max(times[place]!, secondOf(timestampMs))
  }
  const endFilling = () => {
    for (let place = 0; place < places; place++) newest[place] = Math.max(newest[place]!, newestBefore[place]!)
  }
  const add = (dataset: number, events: Omit<FilteredEvents, 'oldest'>): void => {
    if (latest.isFull && left.length === 0) {
      newestBefore.set(newest)
      latest = new Bits(words)
    }
    const user = hashOf(dataset, events.userId)
    note(newest, user, events.newest)
    for (const key of events.keys) latest.add(user, key)
  }
  return {
    /** Notes that a user of the dataset has some events. */
    add,

    /** The same of one event. */
    addOne(dataset: number, event: StoredInteraction): void {
      add(dataset, { userId: event.userId, keys: [keyOf(event)], newest: event.timestampMs })
    },

    /** Whether a user of the dataset may have one of some events. */
    mayHaveAny(dataset: number, { userId, keys, oldest }: FilteredEvents): boolean {
      if (left.length > 0) return true
      const user = hashOf(dataset, userId)
      if (secondOf(oldest) <= newestBefore[placeOf(user)]!) return true
      for (const key of keys) if (latest.mayHave(user, key)) return true
      return false
    },

    /** Whether there is something to fill. */
    isDue: (): boolean => left.length > 0,

    /** Fills it some more. To be called outside of a transaction. */
    fillSome(): void {
      const { table, dataset } = left.at(-1)!
      const rows = table.all(dataset, after.user, after.time) as unknown as { user_id: string; time: number }[]
      for (const { user_id, time } of rows) note(newestBefore, hashOf(dataset, user_id), time)
      const last = rows.length === AT_ONCE ? rows.at(-1) : undefined
      after = last ? { user: last.user_id, time: last.time } : { user: '', time: -1 }
      if (!last) left.pop()
      if (left.length === 0) endFilling()
    },
  }
}

export type EventFilter = ReturnType<typeof openEventFilter>
