import type { DatabaseSync } from 'node:sqlite'
import type { Sequence } from '../tables/sequence.ts'
import { readEvents } from './log.ts'
import type { EventParts } from './parts.ts'
import type { Trait, WaitingCall } from './waiting.ts'

/** Calls applied in one transaction: 3,000 events, some 15 ms; a Put call may have to wait this long. */
const APPLIED_AT_ONCE = 300

/** Brings calls of events from the log into packs, each write to be called in a transaction. */
export function eventApplying(db: DatabaseSync, sequence: Sequence, { packs, rows, sessions, waiting }: EventParts) {
  const next = db.prepare(`
    SELECT seq, dataset, rows FROM event_puts WHERE seq <= ? ORDER BY seq LIMIT ${APPLIED_AT_ONCE}`)
  const remove = db.prepare('DELETE FROM event_puts WHERE seq = ?')
  const exists = db.prepare('SELECT 1 FROM resources WHERE id = ?')

  const applyTo = (dataset: number, calls: readonly WaitingCall[]) => {
    const events = calls.flatMap(call => call.events.map((event, i) => ({ ...event, seq: call.seq + i })))
    // In the order of users, who share pages.
    const byUser = [...Map.groupBy(events, ({ userId }) => userId)].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [userId, ofOne] of byUser) packs.add(dataset, userId, ofOne)
    for (const call of calls) packs.noteCall(dataset, call.seq, call.events)
    rows.addIdsLater(dataset, events)
    const users = new Map<string, string>()
    for (const { sessionId, userId, anonymous } of events)
      if (sessionId !== null && !anonymous) users.set(sessionId, userId)
    for (const [sessionId, userId] of users) sessions.set(dataset, sessionId, userId)
  }
  const apply = (calls: readonly WaitingCall[]) => {
    for (const [dataset, ofOne] of Map.groupBy(calls, call => call.dataset))
      if (exists.get(dataset)) applyTo(dataset, ofOne)
    for (const { seq } of calls) remove.run(seq)
  }
  const applyWith = (dataset: number, traits: Iterable<Trait>) => {
    for (const trait of traits) apply([...waiting.callsWith(dataset, trait)])
  }
  return {
    /** Applies all calls that may have one of these traits. */
    applyWith,
    writes: {
      /** Returns the number up to which `applyEvents` is to be called. */
      beginEvents(_: Record<string, never>): number {
        waiting.beginRound(sequence.last)
        return sequence.last
      },

      /** To be called when `applyEvents` has returned false: in the transaction of that it might yet fail. */
      endEvents({ upTo }: { upTo: number }): void {
        waiting.endRound(upTo)
      },

      /** Applies the oldest of the calls up to this one. Returns whether there may be more. */
      applyEvents({ upTo }: { upTo: number }): boolean {
        const calls = next.all(upTo) as unknown as { seq: number; dataset: number; rows: string }[]
        apply(calls.map(({ rows, ...call }) => ({ ...call, events: readEvents(rows) })))
        return calls.length === APPLIED_AT_ONCE || rows.pendingIds.moveSome()
      },

      /** Applies the calls with events of this user. Returns the number up to which all of them are. */
      applyEventsOf({ dataset, userId }: { dataset: number; userId: string }): number {
        applyWith(dataset, [`user:${userId}`])
        return sequence.last
      },
    },
  }
}
