import { setImmediate } from 'node:timers/promises'
import type { AgeLimit, Expired } from '../expiry.ts'
import type { InteractionStore } from '../interaction-store.ts'
import type { Listeners } from '../listeners.ts'
import { compareBytes } from '../order.ts'
import { ALL_USERS } from '../ranges.ts'
import type { Ingestion } from '../rows.ts'
import { type FoundInteraction, type StoredInteraction, toldEvent, type WatchedEvent } from '../rows.ts'
import { keysOfCall } from './events/call-keys.ts'
import { isOfTheSame, writeEvents } from './events/log.ts'
import { someWait, waitingEvents } from './events/reads.ts'
import type { PutResult } from './events/writes.ts'
import type { Marks } from './marks.ts'
import { applyEvents } from './puts/apply.ts'
import type { UnappliedPuts } from './puts/unapplied.ts'
import type { Reading } from './reading.ts'
import { FIRST_PACK, type PlaceOfPack } from './tables/expired-packs.ts'
import { countInteractions, countRepeated, interactionReads, scanInteractions } from './tables/interactions.ts'
import type { WriterClient } from './writer-client.ts'

/** A user with more calls that wait has them applied before a read: each takes the read some microseconds. */
const READ_WAITING = 100

/**
 * Interactions and action interactions: read in this thread, written by the writer. A call is first a row of the log
 * `event_puts`, later in packs of its users. Only the reads of a user's history look in both; the other methods
 * have the log applied first.
 * @param unapplied the calls of the log; left out in a thread that shares the store, where each is applied at once
 */
export function openInteractions(
  reading: Reading,
  writer: WriterClient,
  { tell }: Pick<Listeners, 'tell'>,
  marks: Marks,
  unapplied?: UnappliedPuts,
): InteractionStore {
  const reads = reading.reads(db => interactionReads(db, unapplied && waitingEvents(db, unapplied)))
  const { anyWaits } = reading.reads(db => ({ anyWaits: someWait(db) }))
  const apply = async () => {
    if (await anyWaits()) await applyEvents(writer)
  }
  async function* scan(dataset: number, ingestion: Ingestion): AsyncGenerator<FoundInteraction> {
    await apply()
    yield* reading.snapshot(db => scanInteractions(db, dataset, ingestion))
  }
  /** Has users' calls applied where they are many, or where this thread does not know which these are. */
  const prepare = async (dataset: number, userIds: readonly string[]) => {
    if (!unapplied && !(await anyWaits())) return
    for (const userId of userIds) {
      if (unapplied?.mayHave(dataset, userId).drop(READ_WAITING).next().done) continue
      const upTo = await writer.write('applyEventsOf', { dataset, userId })
      unapplied?.forget(dataset, userId, upTo)
    }
  }
  const histories: InteractionStore['histories'] = async (dataset, userIds, limit) => {
    await prepare(dataset, userIds)
    return reads.histories(dataset, userIds, limit)
  }
  return {
    duplicates: reads.duplicates,
    swept: reads.swept,
    expiredBefore: reads.expiredBefore,
    async put(dataset, interactions) {
      // Without a wait where there is room: a put takes no turn more than it must.
      const room = unapplied?.room()
      if (room) await room
      const call = keysOfCall(interactions)
      let result: PutResult | undefined
      try {
        result = await writer.write('putInteractions', { dataset, rows: writeEvents(interactions), call })
      } finally {
        note(marks, dataset, interactions, result)
      }
      const rows = told(interactions, result)
      if (!unapplied) await apply()
      else if (isWaiting(result)) unapplied.add(dataset, usersOf(rows), { seq: rows[0]!.seq, rows: rows.length })
      tell({ dataset, kind: 'interactions', rows })
    },
    async ofUser(dataset, userId, limit) {
      await prepare(dataset, [userId])
      return reads.ofUser(dataset, userId, limit)
    },
    history: async (dataset, userId, limit) => (await histories(dataset, [userId], limit))[0]!,
    histories,
    async ofUserByType(dataset, userId, limit, isWanted) {
      await prepare(dataset, [userId])
      return reads.ofUserByType(dataset, userId, limit, isWanted)
    },
    async latest(dataset, limit) {
      await apply()
      return reads.latest(dataset, limit)
    },
    // The one writer draws numbers and commits them in their order.
    async settled(dataset) {
      await apply()
      return (await reads.latest(dataset, 1))[0]?.seq ?? 0
    },
    async after(dataset, seq, limit) {
      await apply()
      return reads.after(dataset, seq, limit)
    },
    scan,
    async *scanUsers(dataset, { from, before }) {
      for await (const row of scan(dataset, 'ALL')) {
        if (before !== undefined && compareBytes(row.userId, before) >= 0) return
        if (compareBytes(row.userId, from) >= 0) yield row
      }
    },
    // One reader is as fast as the thread that gets the rows.
    inRangesOfUsers: (_dataset, _most, read) => read([ALL_USERS]),
    async count(dataset, ingestion) {
      await apply()
      return sum(reading.snapshot(db => countInteractions(db, dataset, ingestion)))
    },
    repeated: dataset => sum(reading.snapshot(db => countRepeated(db, dataset))),
    deleteUsers: (dataset, userIds, before) => writer.write('deleteUsersInteractions', { dataset, userIds, before }),
    async *expire(limits) {
      await apply()
      for (const limit of limits)
        for await (const step of expire(writer, limit)) {
          marks.noteAll()
          yield step
        }
    },
  }
}

const isWaiting = (result: PutResult) => typeof result === 'number' || 'first' in result

/** The events of a put that count, with their numbers and users. */
function told(events: readonly StoredInteraction[], result: PutResult): readonly WatchedEvent[] {
  if (typeof result === 'number') return events.map((event, i) => toldEvent(event, result + i))
  const seqOf = 'first' in result ? (i: number) => result.first + i : (i: number) => result.seqs[i]!
  return events.map((event, i) => toldEvent(event, seqOf(i), result.owners[i])).filter(({ seq }) => seq > 0)
}

/** Each once. */
function usersOf(events: readonly WatchedEvent[]): readonly string[] {
  const users: string[] = []
  for (const { userId } of events) if (!users.includes(userId)) users.push(userId)
  return users
}

/** Notes whose events a put has changed: also those of an anonymous session, which may be a user's from now on. */
function note(
  marks: Marks,
  dataset: number,
  events: readonly StoredInteraction[],
  result: PutResult | undefined,
): void {
  // Of one that failed, nobody knows whether it was written, and whose the events are then.
  if (result === undefined) {
    marks.noteAll()
    return
  }
  let before: StoredInteraction | undefined
  for (const event of events) {
    if (before && isOfTheSame(event, before)) continue
    marks.note(dataset, event.userId)
    if (event.sessionId !== null) marks.note(dataset, event.sessionId)
    before = event
  }
  if (typeof result !== 'number') for (const owner of new Set(result.owners)) marks.note(dataset, owner)
}

/** Deletes those that are too old, the put ones user by user, then the imported ones. */
async function* expire(writer: WriterClient, limit: AgeLimit): AsyncGenerator<readonly Expired[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const step: Expired & { readonly after: string | undefined } = await writer.write('expireEvents', {
      ...limit,
      after,
    })
    yield [step]
    after = step.after
  }
  for (const write of ['expirePutPacks', 'expirePacks'] as const) {
    for (let after: PlaceOfPack | undefined = FIRST_PACK; after !== undefined; ) {
      const step: Expired & { after: PlaceOfPack | undefined } = await writer.write(write, { ...limit, after })
      yield [step]
      after = step.after
    }
  }
  await writer.write('endExpiry', limit)
}

/** Added up between two looks at the event loop, so that requests are answered meanwhile: some 2 ms. */
const SLICE = 1000

async function sum(counts: AsyncIterable<number>): Promise<number> {
  let total = 0
  let added = 0
  for await (const count of counts) {
    total += count
    if (++added % SLICE === 0) await setImmediate()
  }
  return total
}
