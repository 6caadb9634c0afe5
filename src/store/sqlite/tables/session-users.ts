import { digestOf } from '../../digest.ts'
import { hashOf } from '../puts/put-index.ts'

/**
 * Sessions share a place by their hashes: most of the latest 500,000 have one. That is 8 MiB once all places are used.
 */
const PLACES = 1 << 20

/**
 * Remembers the users of the latest sessions. A session has several calls within minutes, and each would else be looked
 * for in its table. A place has one number of 51 bits for a session and its user. It is outside of V8's heap, so a look
 * finds all in one line of the processor's cache. One in 10^14 sessions is taken for another of the same user.
 */
export class SessionUsers {
  #marks = new Float64Array(PLACES)
  #isEmpty = true

  /** Whether the session is known to be of this user. */
  isOf(dataset: number, sessionId: string, userId: string): boolean {
    const session = digestOf(sessionId)
    return this.#marks[placeOf(dataset, session)] === markOf(dataset, session, userId)
  }

  /** Notes whose it is. */
  note(dataset: number, sessionId: string, userId: string): void {
    const session = digestOf(sessionId)
    this.#marks[placeOf(dataset, session)] = markOf(dataset, session, userId)
    this.#isEmpty = false
  }

  /** To be called where a session turns out to be another user's. */
  forget(dataset: number, sessionId: string): void {
    this.#marks[placeOf(dataset, digestOf(sessionId))] = 0
  }

  /** To be called where sessions are deleted, or a transaction fails. */
  clear(): void {
    if (this.#isEmpty) return
    this.#marks = new Float64Array(PLACES)
    this.#isEmpty = true
  }
}

/** @param session the digest of its id */
function placeOf(dataset: number, session: number): number {
  return hashOf(dataset, session) & (PLACES - 1)
}

/** Not 0. The number of the dataset tells those of two apart that share a place. */
function markOf(dataset: number, session: number, userId: string): number {
  return session + 4 * digestOf(userId) + dataset
}
