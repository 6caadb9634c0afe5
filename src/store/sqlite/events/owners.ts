import type { DatabaseSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import type { Owner } from './call-keys.ts'
import { isOfTheSame } from './log.ts'
import type { EventParts } from './parts.ts'

/**
 * The functions that find whose the events of a call are, those of a session whose user is known by now as well. They
 * return undefined where one event makes earlier ones change hands.
 */
export function ownersOfEvents(
  db: DatabaseSync,
  { packs, sessions, waiting }: Pick<EventParts, 'packs' | 'sessions' | 'waiting'>,
) {
  const ofUser = db.prepare('SELECT 1 FROM interactions WHERE dataset = ? AND source = 0 AND user_id = ? LIMIT 1')

  const userOfSession = (dataset: number, sessionId: string): string | undefined => {
    for (const { events } of waiting.callsWith(dataset, `session:${sessionId}`)) {
      const event = events.find(event => event.sessionId === sessionId && !event.anonymous)
      if (event) return event.userId
    }
    return sessions.userOf(dataset, sessionId)
  }
  /** Whether there may be events of the session that came before its user was known. */
  const mayHaveAnonymous = (dataset: number, sessionId: string) =>
    ofUser.get(dataset, sessionId) !== undefined ||
    packs.isAnyOf(dataset, sessionId) ||
    !isEmpty(waiting.callsWith(dataset, `user:${sessionId}`))

  /** The user that the next event of a user and session belongs to. */
  const ownerOf = (dataset: number, { userId, anonymous, sessionId }: Owner): string | undefined => {
    if (sessionId === null) return userId
    const known = userOfSession(dataset, sessionId)
    if (anonymous) return known ?? userId
    if (known !== undefined) return known === userId ? userId : undefined
    return sessionId === userId || !mayHaveAnonymous(dataset, sessionId) ? userId : undefined
  }

  const withOwners = (dataset: number, events: readonly StoredInteraction[]) => {
    const owned: StoredInteraction[] = []
    const seen = new Set<string>()
    let owner: string | undefined
    for (const [i, event] of events.entries()) {
      if (i === 0 || !isOfTheSame(event, events[i - 1]!)) {
        // A session twice, of two users or of one that is known only later: each event may change what the next meets.
        if (event.sessionId !== null && seen.has(event.sessionId)) return undefined
        if (event.sessionId !== null) seen.add(event.sessionId)
        owner = ownerOf(dataset, event)
      }
      if (owner === undefined) return undefined
      owned.push(owner === event.userId ? event : { ...event, userId: owner })
    }
    return owned
  }
  return {
    /** Whether the next events of a user and session are theirs, and change nothing of earlier ones. */
    keepsOwner(dataset: number, told: Owner): boolean {
      const { userId, anonymous, sessionId } = told
      if (sessionId === null || (!anonymous && sessions.latest.isOf(dataset, sessionId, userId))) return true
      if (ownerOf(dataset, told) !== userId) return false
      if (!anonymous) sessions.latest.note(dataset, sessionId, userId)
      return true
    },

    /** The events of a call with their users. */
    withOwners,
  }
}

const isEmpty = (some: Iterable<unknown>) => some[Symbol.iterator]().next().done === true
