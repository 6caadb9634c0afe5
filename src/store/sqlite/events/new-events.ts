import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import { detailsDigest } from '../tables/digest.ts'
import { type CallKeys, EVENTS_MAX } from './call-keys.ts'
import type { EventParts } from './parts.ts'

/** More calls of a user that wait are applied rather than looked through: 8 µs each. */
const LOOKED_THROUGH = 8

/**
 * Returns a function that tells by the keys of a call whether it is certain that all its events are new, and their
 * eventIds too. Most are, and the filters say so; where they cannot, `areNewEvents` looks at the events themselves.
 */
export function areNewByKeys({ eventFilter, rows, waiting }: Pick<EventParts, 'eventFilter' | 'rows' | 'waiting'>) {
  return (dataset: number, call: CallKeys): boolean => {
    const { ids, keys } = call
    if (hasTwice(ids) || hasTwice(keys) || eventFilter.mayHaveAny(dataset, call)) return false
    return !ids.some(id => waiting.mayHaveId(dataset, id)) && !rows.mayHaveAnyId(dataset, ids)
  }
}

/** Of ten, this is faster than a set. */
function hasTwice(numbers: readonly number[]): boolean {
  for (let i = 1; i < numbers.length; i++) if (numbers.indexOf(numbers[i]!) < i) return true
  return false
}

/**
 * Returns a function that tells whether it is certain that all events of a call are new, and their eventIds too. It
 * looks at those that wait of their users, and in the packs and the table where the users' newest events are not older.
 */
export function areNewEvents(
  db: DatabaseSync,
  { packs, rows, waiting }: Pick<EventParts, 'packs' | 'rows' | 'waiting'>,
) {
  const isApplied = appliedEvents(db)

  const haveNewIds = (dataset: number, events: readonly StoredInteraction[], digests: readonly number[]) => {
    if (new Set(digests).size < digests.length) return false
    const ids = events.map(({ eventId }) => eventId).filter(eventId => eventId !== null)
    return !ids.some((id, i) => waiting.hasId(dataset, id, digests[i])) && !rows.haveAnyId(dataset, ids, digests)
  }
  const mayWait = (dataset: number, userId: string, events: readonly StoredInteraction[]) => {
    let calls = 0
    for (const call of waiting.callsWith(dataset, `user:${userId}`))
      if (++calls > LOOKED_THROUGH || call.events.some(other => events.some(event => isSame(event, other)))) return true
    return false
  }
  /** @param ids the result of `digestsOfIds` */
  return (dataset: number, events: readonly StoredInteraction[], ids: readonly number[]): boolean => {
    if (events.length > EVENTS_MAX) return false
    if (events.some((event, i) => events.findIndex(other => isSame(event, other)) < i)) return false
    if (!haveNewIds(dataset, events, ids)) return false
    const byUser = Map.groupBy(events, ({ userId }) => userId)
    return !byUser
      .entries()
      .some(
        ([userId, ofOne]) =>
          mayWait(dataset, userId, ofOne) || packs.hasAny(dataset, userId, ofOne) || isApplied(dataset, userId, ofOne),
      )
  }
}

/** Returns a function that tells whether the table has one of some events of a user. */
function appliedEvents(db: DatabaseSync) {
  const from = 'FROM interactions WHERE dataset = ? AND source = 0 AND user_id = ?'
  const newest = db.prepare(`SELECT timestamp ${from} ORDER BY timestamp DESC LIMIT 1`)
  const same = db.prepare(`SELECT 1 ${from} AND timestamp = ? AND item_id = ? AND event_type = ? AND digest = ?`)
  const statements: StatementSync[] = []
  const atTimes = (count: number) => {
    statements[count] ??= db.prepare(`
      SELECT 1 ${from} AND timestamp IN (${Array(count).fill('?').join(', ')}) LIMIT 1`)
    return statements[count]
  }
  const isThere = (dataset: number, event: StoredInteraction) => {
    const { userId, timestampMs, itemId, eventType } = event
    return same.get(dataset, userId, timestampMs, itemId, eventType, detailsDigest(event)) !== undefined
  }
  return (dataset: number, userId: string, events: readonly StoredInteraction[]): boolean => {
    const last = newest.get(dataset, userId)?.timestamp as number | undefined
    if (last === undefined) return false
    const near = events.filter(({ timestampMs }) => timestampMs <= last)
    if (near.length === 0) return false
    const times = near.map(({ timestampMs }) => timestampMs)
    const isAny = atTimes(times.length).get(dataset, userId, ...times) !== undefined
    return isAny && near.some(event => isThere(dataset, event))
  }
}

function isSame(a: StoredInteraction, b: StoredInteraction): boolean {
  return (
    a.timestampMs === b.timestampMs &&
    a.itemId === b.itemId &&
    a.userId === b.userId &&
    a.eventType === b.eventType &&
    detailsDigest(a) === detailsDigest(b)
  )
}
