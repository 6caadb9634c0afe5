import { hashOf } from '../puts/index.ts'

/** Sessions share a place by their hashes: most of the latest 10,000 have one. */
const PLACES = 1 << 14

interface Known {
  readonly dataset: number
  readonly sessionId: string
  readonly userId: string
}

/**
 * Whose the latest sessions are. A session has several calls within minutes, and each would else be looked for in its
 * table. It says nothing where it does not know.
 */
export class SessionUsers {
  readonly #places: (Known | undefined)[] = Array.from({ length: PLACES })

  /** Whether the session is known to be of this user. */
  isOf(dataset: number, sessionId: string, userId: string): boolean {
    const known = this.#places[placeOf(dataset, sessionId)]
    return known?.sessionId === sessionId && known.userId === userId && known.dataset === dataset
  }

  /** Notes whose it is. */
  note(dataset: number, sessionId: string, userId: string): void {
    this.#places[placeOf(dataset, sessionId)] = { dataset, sessionId, userId }
  }

  /** To be called where a session turns out to be another user's. */
  forget(dataset: number, sessionId: string): void {
    this.#places[placeOf(dataset, sessionId)] = undefined
  }

  /** To be called where sessions are deleted, or a transaction fails. */
  clear(): void {
    this.#places.fill(undefined)
  }
}

function placeOf(dataset: number, sessionId: string): number {
  return hashOf(dataset, sessionId) & (PLACES - 1)
}
