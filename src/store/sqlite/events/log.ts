import type { StoredInteraction } from '../../rows.ts'

/**
 * A call of PutEvents or PutActionInteractions is written twice, as one of PutUsers is (`puts/log.ts`). First, before
 * it is acknowledged, as one row in the log `event_puts`: its end is one page for all users. Later, many calls together
 * and in the order of users, into `interactions`. Why: docs/decisions/0013-events-are-a-log.md.
 */

/** Events that follow each other and are of one user and session, as they are in the log. */
type Group = [userId: string, anonymous: 0 | 1, sessionId: string | null, events: unknown[]]

/** The events of a call as `event_puts.rows` has them. Rows that `interactions` would refuse must not get in here. */
export function writeEvents(events: readonly StoredInteraction[]): string {
  const groups: Group[] = []
  let before: StoredInteraction | undefined
  for (const event of events) {
    assertStorable(event)
    const { userId, anonymous, sessionId, itemId, timestampMs, eventType, eventId, eventValue, details } = event
    if (!before || !isOfTheSame(event, before)) groups.push([userId, anonymous ? 1 : 0, sessionId, []])
    groups.at(-1)![3].push(itemId, timestampMs, eventType, eventId, eventValue, details)
    before = event
  }
  const rows = JSON.stringify(groups)
  // JSON keeps half a character, which a column of text does not.
  return rows.includes('\\ud') ? JSON.stringify(groups, (_, value) => value?.toWellFormed?.() ?? value) : rows
}

/** The events of a row of the log, as `writeEvents` wrote them. */
export function readEvents(rows: string): StoredInteraction[] {
  const events: StoredInteraction[] = []
  for (const [userId, anonymous, sessionId, flat] of JSON.parse(rows) as [string, 0 | 1, string | null, never[]][]) {
    for (let at = 0; at < flat.length; at += 6) {
      events.push({
        userId,
        anonymous: anonymous === 1,
        sessionId,
        itemId: flat[at]!,
        timestampMs: flat[at + 1]!,
        eventType: flat[at + 2]!,
        eventId: flat[at + 3]!,
        eventValue: flat[at + 4]!,
        details: flat[at + 5]!,
      })
    }
  }
  return events
}

/** Whether two events are of one user and session. */
export function isOfTheSame(event: StoredInteraction, before: StoredInteraction): boolean {
  return before.userId === event.userId && before.sessionId === event.sessionId && before.anonymous === event.anonymous
}

/** @throws TypeError where `interactions` would refuse it */
function assertStorable(event: StoredInteraction): void {
  const { userId, sessionId, itemId, timestampMs, eventType, eventId, eventValue, details } = event
  if (isText(userId) && isText(itemId) && isText(eventType) && isText(details))
    if ((sessionId === null || isText(sessionId)) && (eventId === null || isText(eventId)))
      if ((eventValue === null || Number.isFinite(eventValue)) && Number.isSafeInteger(timestampMs)) return
  throw new TypeError('an event is texts, a time in whole milliseconds, and a number or none')
}

const isText = (value: unknown) => typeof value === 'string'
