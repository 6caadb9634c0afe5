import type { StoredInteraction } from '../../rows.ts'

/** An event on its way into the store. */
export interface Event extends StoredInteraction {
  readonly dataset: number
  readonly seq: number
  readonly digest: number
  /** The user under whom it is stored: its own, the user of its session, or the session while that is not known. */
  owner: string
}

/** The sessions that turned out to be users. */
interface Joined {
  /** The user of each session from now on. */
  readonly users: ReadonlyMap<string, string>
  /** The user who gets the anonymous events that the store has under the session. */
  readonly heirs: ReadonlyMap<string, string>
}

/**
 * Sets the owner of each event, as if they were stored one after the other: an event with a user and a session makes
 * the session's anonymous events, also the earlier ones of these, the user's own.
 * @param known the users of sessions
 */
export function findOwners(events: readonly Event[], known: ReadonlyMap<string, string>): Joined {
  const users = new Map<string, string>()
  const heirs = new Map<string, string>()
  /** The events of these that are stored under their session, so far. */
  const unowned = new Map<string, Event[]>()
  for (const event of events) {
    const { sessionId, userId, anonymous } = event
    const user = sessionId === null ? undefined : (users.get(sessionId) ?? known.get(sessionId))
    event.owner = anonymous ? (user ?? userId) : userId
    if (sessionId === null) continue
    if (anonymous) {
      if (event.owner === sessionId) unowned.set(sessionId, [...(unowned.get(sessionId) ?? []), event])
    } else if (user !== userId) {
      users.set(sessionId, userId)
      if (userId === sessionId) continue
      if (!heirs.has(sessionId)) heirs.set(sessionId, userId)
      for (const earlier of unowned.get(sessionId) ?? []) earlier.owner = userId
      unowned.delete(sessionId)
    }
  }
  return { users, heirs }
}
