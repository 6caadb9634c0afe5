import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import { detailsDigest } from '../tables/digest.ts'
import type { EventParts } from './parts.ts'
import { type Trait, traitOfEvent } from './waiting.ts'

/** Events that are looked for in one statement. */
const AT_ONCE = 10

/**
 * Returns a function that tells whether it is certain that all events of a call are new, and their eventIds too. Most
 * are: neither the log nor the table has any at their times, nor their ids.
 */
export function areNewEvents(db: DatabaseSync, { rows, waiting }: Pick<EventParts, 'rows' | 'waiting'>) {
  const isApplied = appliedEvents(db)

  const someWaits = (dataset: number, trait: Trait, is: (event: StoredInteraction) => boolean) => {
    for (const { events } of waiting.callsWith(dataset, trait)) if (events.some(is)) return true
    return false
  }
  const haveNewIds = (dataset: number, events: readonly StoredInteraction[]) => {
    const ids = events.map(({ eventId }) => eventId).filter(eventId => eventId !== null)
    if (new Set(ids).size < ids.length) return false
    if (ids.some(id => someWaits(dataset, `id:${id}`, ({ eventId }) => eventId === id))) return false
    return !rows.haveAnyId(dataset, ids)
  }
  return (dataset: number, events: readonly StoredInteraction[]): boolean => {
    // Those that are alike in some things alone are looked at one by one.
    if (new Set(events.map(traitOfEvent)).size < events.length) return false
    if (!haveNewIds(dataset, events)) return false
    if (events.some(event => someWaits(dataset, traitOfEvent(event), other => isSame(event, other)))) return false
    const byUser = Map.groupBy(events, ({ userId }) => userId)
    return !byUser.entries().some(([userId, ofOne]) => isApplied(dataset, userId, ofOne))
  }
}

/** Returns a function that tells whether the table has one of some events of a user. */
function appliedEvents(db: DatabaseSync) {
  const from = 'FROM interactions WHERE dataset = ? AND source = 0 AND user_id = ?'
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
    for (let from = 0; from < events.length; from += AT_ONCE) {
      const some = events.slice(from, from + AT_ONCE)
      const times = some.map(({ timestampMs }) => timestampMs)
      const isAny = atTimes(times.length).get(dataset, userId, ...times) !== undefined
      if (isAny && some.some(event => isThere(dataset, event))) return true
    }
    return false
  }
}

function isSame(a: StoredInteraction, b: StoredInteraction): boolean {
  return (
    a.userId === b.userId &&
    a.timestampMs === b.timestampMs &&
    a.itemId === b.itemId &&
    a.eventType === b.eventType &&
    detailsDigest(a) === detailsDigest(b)
  )
}
