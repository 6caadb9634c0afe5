import { digestOf } from '../../digest.ts'
import { hashOf } from '../puts/put-index.ts'

/** Sessions share a place by their hashes: most of the latest 100,000 have one. 2.5 MiB. */
const PLACES = 1 << 17

/**
 * Whose the latest sessions are. A session has several calls within minutes, and each would else be looked for in its
 * table. It says nothing where it does not know. It has 48 bits of a session and 48 of its user, outside of V8's heap:
 * one in 10^14 sessions is taken for another of the same user.
 */
export class SessionUsers {
  readonly #datasets = new Int32Array(PLACES)
  readonly #sessions = new Float64Array(PLACES)
  readonly #users = new Float64Array(PLACES)

  /** Whether the session is known to be of this user. */
  isOf(dataset: number, sessionId: string, userId: string): boolean {
    const session = digestOf(sessionId)
    const place = placeOf(dataset, session)
    if (this.#sessions[place] !== session || this.#datasets[place] !== dataset) return false
    return this.#users[place] === digestOf(userId)
  }

  /** Notes whose it is. */
  note(dataset: number, sessionId: string, userId: string): void {
    const session = digestOf(sessionId)
    const place = placeOf(dataset, session)
    this.#datasets[place] = dataset
    this.#sessions[place] = session
    this.#users[place] = digestOf(userId)
  }

  /** To be called where a session turns out to be another user's. */
  forget(dataset: number, sessionId: string): void {
    this.#datasets[placeOf(dataset, digestOf(sessionId))] = 0
  }

  /** To be called where sessions are deleted, or a transaction fails. */
  clear(): void {
    this.#datasets.fill(0)
  }
}

/** @param session the digest of its id */
function placeOf(dataset: number, session: number): number {
  return hashOf(dataset, session) & (PLACES - 1)
}
