import { digestOf } from '../../digest.ts'
import type { StoredInteraction } from '../../rows.ts'
import { keyOf } from '../tables/digest.ts'
import type { FilteredEvents } from '../tables/event-filter.ts'
import { isOfTheSame } from './log.ts'

/** A call of the API has no more events. */
export const EVENTS_MAX = 10

/** The users of the events of a call. */
export type Owner = Pick<StoredInteraction, 'userId' | 'anonymous' | 'sessionId'>

/**
 * By which the writer knows of most calls that all is new in them, without a look at the events themselves. The thread
 * that has them works it out.
 */
export interface CallKeys extends Owner, FilteredEvents {
  /** The digests of the eventIds. */
  readonly ids: readonly number[]
}

/** The keys of a call; undefined where it has events of several users or sessions, or more than ten. */
export function keysOfCall(events: readonly StoredInteraction[]): CallKeys | undefined {
  const first = events[0]
  if (!first || events.length > EVENTS_MAX) return undefined
  const { userId, anonymous, sessionId } = first
  const keys: number[] = []
  let [oldest, newest] = [first.timestampMs, first.timestampMs]
  for (const event of events) {
    if (!isOfTheSame(event, first)) return undefined
    keys.push(keyOf(event))
    if (event.timestampMs < oldest) oldest = event.timestampMs
    if (event.timestampMs > newest) newest = event.timestampMs
  }
  return { userId, anonymous, sessionId, ids: digestsOfIds(events), keys, oldest, newest }
}

/** The digests of the eventIds of events, of those that have one. Each is worked out once for a call: .7 µs. */
export function digestsOfIds(events: readonly StoredInteraction[]): readonly number[] {
  const digests: number[] = []
  for (const { eventId } of events) if (eventId !== null) digests.push(digestOf(eventId))
  return digests
}
