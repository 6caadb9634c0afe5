import type { DatabaseSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import { detailsDigest } from './digest.ts'
import { eventIdsOf } from './event-ids.ts'
import type { IdFilter } from './id-filter.ts'
import { COLUMNS } from './interactions.ts'

/** An event, and its number in the sequence of writes. */
export interface NumberedEvent extends StoredInteraction {
  readonly seq: number
}

/** The rows of `interactions` that were put, with their eventIds; each write to be called in a transaction. */
export function eventRows(db: DatabaseSync, idFilter: IdFilter) {
  const ids = eventIdsOf(db, idFilter)
  const insert = db.prepare(`
    INSERT INTO interactions (dataset, source, ${COLUMNS}) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const deleteOfUser = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ? AND source = 0 AND user_id = ? AND seq < ifnull(?, ${Number.MAX_SAFE_INTEGER})
    RETURNING event_id, seq`)
  const deleteOld = db.prepare(`
    DELETE FROM interactions WHERE (dataset, source, user_id, timestamp, item_id, event_type, digest) IN (
      SELECT dataset, source, user_id, timestamp, item_id, event_type, digest FROM interactions
      WHERE dataset = ? AND source = 0 AND user_id = ? AND timestamp < ? ORDER BY timestamp LIMIT ?)
    RETURNING event_id, seq, timestamp`)
  const move = db.prepare(`
    UPDATE OR IGNORE interactions SET user_id = ?3
    WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id = ?2 AND anonymous = 1`)
  const dropLeft = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id = ?2 AND anonymous = 1
    RETURNING event_id, seq`)

  const addDuplicates = db.prepare(`
    INSERT INTO dataset_state (dataset, duplicates) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET duplicates = duplicates + excluded.duplicates`)

  /** Forgets the eventIds of rows that are deleted. Returns how many rows these are. */
  const forgetIds = (dataset: number, deleted: readonly Record<string, unknown>[]): number => {
    for (const { event_id, seq } of deleted)
      if (event_id !== null) ids.remove(dataset, event_id as string, seq as number)
    return deleted.length
  }
  return {
    /** Whether a row of the dataset that is not `repeated` has one of these eventIds. */
    haveAnyId: ids.haveAny,

    /** Inserts it without its eventId, for which `addIds` is. Returns whether it was not there yet. */
    insert(dataset: number, row: NumberedEvent, repeated = false): boolean {
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
    },
    /** Notes the eventIds of rows, in the order of pages. */
    addIds: ids.addAll,

    /** Notes that so many events were there already, and were left out. */
    countDuplicates(dataset: number, count: number): void {
      if (count > 0) addDuplicates.run(dataset, count)
    },

    /** Deletes the user's events, but those put after `before`. Returns how many. */
    deleteOfUser: (dataset: number, userId: string, before: number | null): number =>
      forgetIds(dataset, deleteOfUser.all(dataset, userId, before)),

    /** Deletes the oldest of a user's events that are before a time, so many at most. Returns their times. */
    deleteOld(dataset: number, userId: string, before: number, most: number): readonly number[] {
      const deleted = deleteOld.all(dataset, userId, before, most)
      forgetIds(dataset, deleted)
      return deleted.map(({ timestamp }) => timestamp as number)
    },

    /** Makes the anonymous events of a session the user's own. Returns how many the user had already. */
    giveTo(dataset: number, sessionId: string, userId: string): number {
      move.run(dataset, sessionId, userId)
      return forgetIds(dataset, dropLeft.all(dataset, sessionId))
    },
  }
}
