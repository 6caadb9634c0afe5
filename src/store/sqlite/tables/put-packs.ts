import type { DatabaseSync } from 'node:sqlite'
import type { FoundInteraction, StoredInteraction } from '../../rows.ts'
import { compareInteractions, detailsDigest } from './digest.ts'
import { EVENTS_MAX, membersIn, type NumberedEvent, type Pack, PUT, packPut, unpack } from './packs.ts'

/**
 * The packs of events that were put. A row of each event in `interactions` took five times as long to write.
 *
 * Four packs of about the same size of a user become one. So a history is in few rows however its events came, and each
 * event is written again three times at most.
 */

const ALIKE = 4
/** Packs of 1 to 3, 4 to 15, and 16 to 63 events are alike. Larger ones stay as they are. */
const sizeOf = (count: number) => Math.floor(Math.log2(count) / 2)
const LARGEST = 3
/** How many of a user's packs are looked at, those of the newest events. */
const LOOKED_AT = 16

const OF_USER = `dataset = ? AND source = ${PUT} AND user_id = ?`

/** A pack that can be deleted. */
export interface NumberedPack extends Pack {
  readonly id: number
}

/** A call of events in packs, as `event_calls` has it. */
interface PackedCall {
  readonly seq: number
  readonly user_id: string
  readonly numbers: number
  readonly oldest: number
  readonly newest: number
}

/** The reads of events in packs by their numbers. */
export function packedByNumber(db: DatabaseSync) {
  const inTime = packsInTime(db)
  const CALL = 'SELECT seq, user_id, numbers, oldest, newest FROM event_calls WHERE dataset = ?1'
  const callOf = db.prepare(`${CALL} AND seq <= ?2 ORDER BY seq DESC LIMIT 1`)
  const newestCalls = db.prepare(`${CALL} ORDER BY seq DESC`)
  // The last one before the number may have numbers after it.
  const callsAfter = db.prepare(`
    ${CALL} AND seq >= ifnull((SELECT max(seq) FROM event_calls WHERE dataset = ?1 AND seq <= ?2), 0) ORDER BY seq`)

  const eventsOf = (dataset: number, { seq, user_id, numbers, oldest, newest }: PackedCall): FoundInteraction[] => {
    const isOfCall = (event: FoundInteraction) => event.seq >= seq && event.seq < seq + numbers
    const found = inTime(dataset, user_id, oldest, newest).flatMap(pack => unpack(pack).filter(isOfCall))
    return found.sort((a, b) => a.seq - b.seq)
  }
  return {
    /** The eventId of an event; undefined where no pack has the event, or it has no eventId. */
    eventIdOf(dataset: number, seq: number): string | undefined {
      const call = callOf.get(dataset, seq) as PackedCall | undefined
      const event = call && eventsOf(dataset, call).find(event => event.seq === seq)
      return event?.eventId ?? undefined
    },

    /** The newest events, the newest first, `limit` at most. */
    latest(dataset: number, limit: number): readonly FoundInteraction[] {
      const found: FoundInteraction[] = []
      for (const call of newestCalls.iterate(dataset) as Iterable<unknown> as Iterable<PackedCall>) {
        if (found.length >= limit) break
        for (const event of eventsOf(dataset, call).reverse()) found.push(event)
      }
      return found.slice(0, limit)
    },

    /** Those after a number, in the order of numbers, `limit` at most. */
    after(dataset: number, seq: number, limit: number): readonly FoundInteraction[] {
      const found: FoundInteraction[] = []
      for (const call of callsAfter.iterate(dataset, seq) as Iterable<unknown> as Iterable<PackedCall>) {
        if (found.length >= limit) break
        for (const event of eventsOf(dataset, call)) if (event.seq > seq) found.push(event)
      }
      return found.slice(0, limit)
    },
  }
}

/** Returns the read of the packs in which a user's events from one time to another may be. */
function packsInTime(db: DatabaseSync) {
  const inTime = db.prepare(`
    SELECT id, source, user_id, seq, events FROM packs WHERE ${OF_USER} AND newest >= ? AND oldest <= ?`)
  return (dataset: number, userId: string, from: number, to: number) =>
    inTime.all(dataset, userId, from, to) as unknown as readonly NumberedPack[]
}

/** The events that were put and are in packs; each write to be called in a transaction. */
export function putPacks(db: DatabaseSync) {
  const { eventIdOf } = packedByNumber(db)
  const inTime = packsInTime(db)
  const any = db.prepare(`SELECT 1 FROM packs WHERE ${OF_USER} LIMIT 1`)
  const all = db.prepare(`SELECT id, source, user_id, seq, events FROM packs WHERE ${OF_USER}`)
  const recent = db.prepare(`SELECT id, count FROM packs WHERE ${OF_USER} ORDER BY newest DESC LIMIT ${LOOKED_AT}`)
  const insert = db.prepare(`
    INSERT INTO packs (dataset, source, user_id, oldest, newest, count, seq, events) VALUES (?, ${PUT}, ?, ?, ?, ?, ?, ?)`)
  const take = db.prepare('DELETE FROM packs WHERE id = ? RETURNING source, user_id, seq, events')
  const calls = callWrites(db)

  const write = (dataset: number, userId: string, events: readonly NumberedEvent[]) => {
    for (let from = 0; from < events.length; from += EVENTS_MAX) {
      const some = events.slice(from, from + EVENTS_MAX)
      const last = some.reduce((last, { seq }) => Math.max(last, seq), 0)
      const [oldest, newest] = [some[0]!.timestampMs, some.at(-1)!.timestampMs]
      insert.run(dataset, userId, oldest, newest, some.length, last, packPut(some))
    }
  }
  const ofUser = (dataset: number, userId: string) => all.all(dataset, userId) as unknown as readonly NumberedPack[]

  const removeFrom = (dataset: number, packs: readonly NumberedPack[], isGone: (event: NumberedEvent) => boolean) =>
    packs.flatMap(pack => {
      const events = unpack(pack)
      const gone = events.filter(isGone)
      if (gone.length === 0) return gone
      take.get(pack.id)
      write(
        dataset,
        pack.user_id,
        events.filter(event => !isGone(event)),
      )
      calls.forget(dataset, gone)
      return gone
    })
  return {
    ofUser,
    eventIdOf,

    /** Takes some events out of packs. Returns them. */
    removeFrom,

    noteCall: calls.note,

    /** Whether a user has any. */
    isAnyOf: (dataset: number, userId: string): boolean => any.get(dataset, userId) !== undefined,

    /** Whether a user has one of some events. */
    hasAny(dataset: number, userId: string, events: readonly StoredInteraction[]): boolean {
      let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const { timestampMs } of events) [from, to] = [Math.min(from, timestampMs), Math.max(to, timestampMs)]
      return inTime(dataset, userId, from, to).some(pack => hasOneOf(pack, events))
    },

    /** Adds events of a user that are all new. It sorts them in place. */
    add(dataset: number, userId: string, events: NumberedEvent[]): void {
      let packs = recent.all(dataset, userId) as unknown as readonly { readonly id: number; readonly count: number }[]
      for (let size = sizeOf(events.length); size < LARGEST; size = sizeOf(events.length)) {
        const alike = packs.filter(({ count }) => sizeOf(count) === size)
        if (alike.length < ALIKE - 1) break
        for (const { id } of alike)
          for (const event of unpack(take.get(id) as unknown as NumberedPack)) events.push(event)
        packs = packs.filter(pack => !alike.includes(pack))
      }
      write(dataset, userId, events.sort(compareInteractions))
    },

    /** Takes some of a user's events out. Returns them. */
    remove: (dataset: number, userId: string, isGone: (event: NumberedEvent) => boolean): FoundInteraction[] =>
      removeFrom(dataset, ofUser(dataset, userId), isGone),

    /** The sessions in which a user has events. */
    sessionsOf: (dataset: number, userId: string): ReadonlySet<string | null> =>
      new Set(ofUser(dataset, userId).flatMap(pack => unpack(pack).map(({ sessionId }) => sessionId))),
  }
}

export type PutPacks = ReturnType<typeof putPacks>

/** Whether a pack has one of some events of its user. */
function hasOneOf({ events: list }: Pack, events: readonly StoredInteraction[]): boolean {
  const flat = JSON.parse(list) as never[]
  for (let at = 0; at < flat.length; at += membersIn(PUT)) {
    for (const event of events) {
      if (event.timestampMs !== flat[at] || event.itemId !== flat[at + 1] || event.eventType !== flat[at + 2]) continue
      const packed = { eventValue: flat[at + 3]!, details: flat[at + 4]! }
      if (detailsDigest(packed) === detailsDigest(event)) return true
    }
  }
  return false
}

/** The writes of `event_calls`. */
function callWrites(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO event_calls VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)')
  const OF_NUMBER = 'dataset = ?1 AND seq = (SELECT max(seq) FROM event_calls WHERE dataset = ?1 AND seq <= ?2)'
  const countDown = db.prepare(`UPDATE event_calls SET left = left - 1 WHERE ${OF_NUMBER} RETURNING left`)
  const remove = db.prepare(`DELETE FROM event_calls WHERE ${OF_NUMBER}`)
  return {
    /** Notes whose the events of a call are; the first has the number `seq`. */
    note(dataset: number, seq: number, events: readonly StoredInteraction[]): void {
      for (let from = 0, to = 1; from < events.length; from = to++) {
        const { userId, timestampMs } = events[from]!
        let [oldest, newest] = [timestampMs, timestampMs]
        for (; to < events.length && events[to]!.userId === userId; to++) {
          oldest = Math.min(oldest, events[to]!.timestampMs)
          newest = Math.max(newest, events[to]!.timestampMs)
        }
        insert.run(dataset, seq + from, userId, to - from, oldest, newest)
      }
    },

    /** Forgets calls that have no events left. */
    forget(dataset: number, gone: readonly NumberedEvent[]): void {
      for (const { seq } of gone) if (countDown.get(dataset, seq)!.left === 0) remove.run(dataset, seq)
    },
  }
}
