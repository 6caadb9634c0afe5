import type { DatabaseSync } from 'node:sqlite'
import { digestOf } from '../../digest.ts'
import type { StoredInteraction } from '../../rows.ts'
import { PutIndex } from '../puts/put-index.ts'
import type { Owner } from './call-keys.ts'
import { readEvents } from './log.ts'

/** The events of a call in the log; the first has the number `seq`, the next ones those that follow. */
export interface WaitingCall {
  readonly seq: number
  readonly dataset: number
  readonly events: readonly StoredInteraction[]
}

/** A key by which a call is found: a user, a session of a known user, the digest of an eventId. */
export type Trait = `${'user' | 'session'}:${string}` | number

/** A million entries, of a million events, are one to a chain. */
const CHAINS = 1 << 20

/** Most questions are about what nothing waits with. */
const NONE: readonly WaitingCall[] = []

/**
 * The calls in the log, in the memory of the writer. It may know of calls that have left the log, or never got there
 * because their transaction failed. So each is looked for in the log itself.
 */
export function openWaitingCalls(db: DatabaseSync) {
  const inLog = db.prepare('SELECT rows FROM event_puts WHERE seq = ? AND dataset = ?')
  // Two generations: the older one is forgotten when all of its calls are applied.
  let fresh = new PutIndex(CHAINS)
  let older = new PutIndex(CHAINS)
  let olderUpTo = 0

  function* callsOf(dataset: number, trait: Trait): Generator<WaitingCall> {
    for (const index of [fresh, older])
      for (const seq of index.mayHave(dataset, trait)) {
        const row = inLog.get(seq, dataset)
        if (row) yield { seq, dataset, events: readEvents(row.rows as string) }
      }
  }
  /** The calls that wait and may have the trait, the newest first; some may have another. */
  const callsWith = (dataset: number, trait: Trait): Iterable<WaitingCall> =>
    fresh.hasAny(dataset, trait) || older.hasAny(dataset, trait) ? callsOf(dataset, trait) : NONE

  return {
    /**
     * Notes a call by its number.
     * @param owners whose its events are
     * @param ids the result of `digestsOfIds`
     */
    note(dataset: number, seq: number, owners: readonly Owner[], ids: readonly number[]): void {
      const add = (trait: Trait) => fresh.add(dataset, trait, seq)
      let before: Owner | undefined
      for (const owner of owners) {
        const { userId, anonymous, sessionId } = owner
        if (userId !== before?.userId) add(`user:${userId}`)
        if (sessionId !== null && !anonymous && sessionId !== before?.sessionId) add(`session:${sessionId}`)
        before = owner
      }
      for (const id of ids) add(id)
    },

    callsWith,

    /** Whether an event that waits may have an eventId of this digest. */
    mayHaveId: (dataset: number, digest: number): boolean =>
      fresh.hasAny(dataset, digest) || older.hasAny(dataset, digest),

    /** Whether an event that waits has this eventId. */
    hasId(dataset: number, id: string, digest = digestOf(id)): boolean {
      for (const { events } of callsWith(dataset, digest)) if (events.some(({ eventId }) => eventId === id)) return true
      return false
    },

    /** To be called before calls up to this number, the last, are applied. */
    beginRound(last: number): void {
      if (older.size > 0) return
      ;[older, fresh] = [fresh, older]
      olderUpTo = last
    },

    /** To be called when all calls up to this number are applied, and that is committed. */
    endRound(upTo: number): void {
      if (upTo >= olderUpTo) older.clear()
    },
  }
}
