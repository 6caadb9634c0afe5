import type { AgeLimit, Expired } from './expiry.ts'
import type { History } from './history.ts'
import type { RangeOfUsers } from './ranges.ts'
import type { FoundInteraction, Ingestion, StoredInteraction } from './rows.ts'

/** Interactions and action interactions: an append log, in each user's order of time. */
export interface InteractionStore {
  /**
   * Stores all of them or none. An exact duplicate is counted, not stored; one whose eventId had come before is stored
   * as `repeated`. An event with both a userId and a sessionId makes the session's anonymous events the user's own.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, interactions: readonly StoredInteraction[]): Promise<void>
  /** The history of a user or an anonymous session, newest first; also those `repeated`, which training leaves out. */
  ofUser(dataset: number, userId: string, limit: number): Promise<readonly FoundInteraction[]>
  /** The same in columns, which most requests need no more of. */
  history(dataset: number, userId: string, limit: number): Promise<History>
  /** Those of several users, in their order. */
  histories(dataset: number, userIds: readonly string[], limit: number): Promise<readonly History[]>
  /**
   * The part of that history that is of the wanted event types, newest first. It has the newest `limit` of each type,
   * exactly as the type is written. It looks back over the newest 10,000 of those put, and as many of those imported,
   * at least; older ones may be missing.
   * @param isWanted asked about each type that is found there
   */
  ofUserByType(
    dataset: number,
    userId: string,
    limit: number,
    isWanted: (eventType: string) => boolean,
  ): Promise<readonly FoundInteraction[]>
  /** Those put last, newest first. */
  latest(dataset: number, limit: number): Promise<readonly FoundInteraction[]>
  /**
   * The `seq` of the newest that was put, when every put that may have a lower one has ended: reads from then on have
   * all up to it, and none comes later. 0 where none was put. A put that goes on for 40 s is waited for no longer: its
   * call has got no answer, or an error.
   */
  settled(dataset: number): Promise<number>
  /** Those put after the one with this `seq`, oldest first. */
  after(dataset: number, seq: number, limit: number): Promise<readonly FoundInteraction[]>
  /** Every interaction, user by user in the order of time. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundInteraction>
  /** The same of the users whose ids are not before `from`, nor from `before` on. */
  scanUsers(dataset: number, range: RangeOfUsers): AsyncIterable<FoundInteraction>
  /**
   * Divides the users into `most` ranges at most, with about as many interactions each. Each is for a reader, also in a
   * thread that shares the store. All of them see the rows of one moment, in which no session is two users. One range
   * has all users where several readers take as long as one.
   */
  inRangesOfUsers<Result>(
    dataset: number,
    most: number,
    read: (ranges: readonly RangeOfUsers[]) => Promise<Result>,
  ): Promise<Result>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /** How many exact duplicates were left out since the dataset was created. */
  duplicates(dataset: number): Promise<number>
  /**
   * The number of the last change of the dataset by a bulk import or a deletion of users, in the sequence of writes. It
   * is 0 if there was none.
   */
  swept(dataset: number): Promise<number>
  /** How many of those that were put are `repeated`. */
  repeated(dataset: number): Promise<number>
  /**
   * Deletes the users' interactions, but those that were put after `before`. It forgets their sessions too, unless one
   * of the latter is of the session. Returns the number of interactions deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  deleteUsers(dataset: number, userIds: readonly string[], before?: number): Promise<number>
  /**
   * Deletes those that are too old, put or imported, with their eventIds and the sessions that have no events left.
   * Each step is a small transaction, and the caller chooses the pause before the next. Where another server is at it,
   * there is no step. No watcher is notified, and `swept` stays: models keep what they learned from them.
   */
  expire(limits: readonly AgeLimit[]): AsyncGenerator<readonly Expired[]>
  /** The `before` of the last `expire` that came to its end; undefined where there was none. */
  expiredBefore(dataset: number): Promise<number | undefined>
}
