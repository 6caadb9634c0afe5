import type { DatabaseSync } from 'node:sqlite'
import { detailsDigest } from './digest.ts'
import type { EventFilter } from './event-filter.ts'
import { eventIdsOf } from './event-ids.ts'
import type { IdFilter } from './id-filter.ts'
import { COLUMNS, toInteraction } from './interactions.ts'
import type { NumberedEvent } from './packs.ts'
import { type NumberedPack, putPacks } from './put-packs.ts'

/**
 * The events that were put, in the table `interactions` and in packs, with their eventIds; each write to be called in a
 * transaction.
 */
export function eventRows(db: DatabaseSync, idFilter: IdFilter, eventFilter: EventFilter) {
  const packs = putPacks(db)
  const ids = eventIdsOf(db, idFilter, packs.eventIdOf)
  const insertRow = rowInserts(db)
  const deleteOfUser = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ? AND source = 0 AND user_id = ? AND seq < ifnull(?, ${Number.MAX_SAFE_INTEGER})
    RETURNING event_id, seq`)
  const deleteOld = db.prepare(`
    DELETE FROM interactions WHERE (dataset, source, user_id, timestamp, item_id, event_type, digest) IN (
      SELECT dataset, source, user_id, timestamp, item_id, event_type, digest FROM interactions
      WHERE dataset = ? AND source = 0 AND user_id = ? AND timestamp < ? ORDER BY timestamp LIMIT ?)
    RETURNING event_id, seq, timestamp`)
  const takeAnonymous = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id = ?2 AND anonymous = 1
    RETURNING ${COLUMNS}`)

  const addDuplicates = db.prepare(`
    INSERT INTO dataset_state (dataset, duplicates) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET duplicates = duplicates + excluded.duplicates`)

  /** Forgets the eventIds of rows that are deleted. Returns how many rows these are. */
  const forgetIds = (dataset: number, deleted: readonly Pick<NumberedEvent, 'eventId' | 'seq'>[]): number => {
    for (const { eventId, seq } of deleted) if (eventId !== null) ids.remove(dataset, eventId, seq)
    return deleted.length
  }
  const forgetIdsOfRows = (dataset: number, deleted: readonly Record<string, unknown>[]): number =>
    forgetIds(
      dataset,
      deleted.map(({ event_id, seq }) => ({ eventId: event_id as string | null, seq: seq as number })),
    )
  const insertNew = (dataset: number, event: NumberedEvent, repeated: boolean): boolean => {
    if (packs.hasAny(dataset, event.userId, [event]) || !insertRow(dataset, event, repeated)) return false
    eventFilter.addOne(dataset, event)
    return true
  }
  return {
    packs,

    /** Whether an event of the dataset that is not `repeated` has one of these eventIds. */
    haveAnyId: ids.haveAny,
    /** Whether one may have an eventId of one of these digests. */
    mayHaveAnyId: ids.mayHaveAny,

    /** Inserts a row without its eventId, for which `addId` is. Returns whether the event was not there yet. */
    insert: insertNew,

    /** Notes the eventId of an event. */
    addId: ids.add,
    /** Notes the eventIds of events, for the next `pendingIds.moveSome`. */
    addIdsLater: ids.addLater,
    pendingIds: ids.pending,

    /** Notes that `count` events were there already, and were left out. */
    countDuplicates(dataset: number, count: number): void {
      if (count > 0) addDuplicates.run(dataset, count)
    },

    /** Deletes the user's events, but those put after `before`. Returns how many. */
    deleteOfUser(dataset: number, userId: string, before: number | null): number {
      const packed = packs.remove(dataset, userId, ({ seq }) => before === null || seq < before)
      return forgetIds(dataset, packed) + forgetIdsOfRows(dataset, deleteOfUser.all(dataset, userId, before))
    },

    /** Deletes those of some packs that are before a time. Returns their times. */
    deleteOldPacked(dataset: number, some: readonly NumberedPack[], before: number): readonly number[] {
      const deleted = packs.removeFrom(dataset, some, ({ timestampMs }) => timestampMs < before)
      forgetIds(dataset, deleted)
      return deleted.map(({ timestampMs }) => timestampMs)
    },

    /** Deletes the oldest of a user's rows that are before a time, `most` at most. Returns their times. */
    deleteOld(dataset: number, userId: string, before: number, most: number): readonly number[] {
      const deleted = deleteOld.all(dataset, userId, before, most)
      forgetIdsOfRows(dataset, deleted)
      return deleted.map(({ timestamp }) => timestamp as number)
    },

    /** Makes the anonymous events of a session the user's own. Returns how many the user had already. */
    giveTo(dataset: number, sessionId: string, userId: string): number {
      const isTheirs = ({ anonymous, sessionId: its }: NumberedEvent) => anonymous && its === sessionId
      const rows = takeAnonymous.all(dataset, sessionId).map(toInteraction)
      const taken = [...rows, ...packs.remove(dataset, sessionId, isTheirs)]
      const left = taken.filter(event => !insertNew(dataset, { ...event, userId }, event.repeated))
      return forgetIds(dataset, left)
    },
  }
}

/** Returns a function that inserts a row and returns whether the event was not there yet. */
function rowInserts(db: DatabaseSync) {
  const insert = db.prepare(`
    INSERT INTO interactions (dataset, source, ${COLUMNS}) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  return (dataset: number, row: NumberedEvent, repeated: boolean): boolean => {
    const { changes } = insert.run(
      dataset,
      row.userId,
      row.timestampMs,
      row.itemId,
      row.eventType,
      detailsDigest(row),
      row.seq,
      row.eventValue,
      row.details,
      row.sessionId,
      row.eventId,
      row.anonymous ? 1 : 0,
      repeated ? 1 : 0,
    )
    return changes === 1
  }
}
