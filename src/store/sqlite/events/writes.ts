import type { DatabaseSync } from 'node:sqlite'
import type { StoredInteraction } from '../../rows.ts'
import { activeDatasets, datasetState, sweeps } from '../tables/datasets.ts'
import { packReads } from '../tables/packs.ts'
import type { Sequence } from '../tables/sequence.ts'
import { eventApplying } from './applying.ts'
import { type CallKeys, digestsOfIds } from './call-keys.ts'
import { expiringWrites } from './expiring.ts'
import { isOfTheSame, readEvents, writeEvents } from './log.ts'
import { areNewByKeys, areNewEvents } from './new-events.ts'
import { ownersOfEvents } from './owners.ts'
import type { EventParts } from './parts.ts'
import type { Trait } from './waiting.ts'

/**
 * The writes of interactions, each to be called in a transaction.
 * @param parts the result of `eventParts`
 */
export function eventWrites(db: DatabaseSync, sequence: Sequence, parts: EventParts) {
  const { eventFilter, rows, sessions, waiting } = parts
  const { applyWith, writes } = eventApplying(db, sequence, parts)
  const assertActive = activeDatasets(db)
  const { keepsOwner, withOwners } = ownersOfEvents(db, parts)
  const areNewFor = areNewByKeys(parts)
  const areNew = areNewEvents(db, parts)
  const putAtOnce = immediatePuts(sequence, parts, applyWith)
  const append = db.prepare('INSERT INTO event_puts VALUES (?, ?, ?)')
  const imported = packReads(db)
  const state = datasetState(db)
  const noteSweep = sweeps(db, sequence)
  const deletePacks = db.prepare('DELETE FROM packs WHERE dataset = ? AND source = ? AND user_id = ?')

  const putAfterLook = (dataset: number, text: string): PutResult => {
    const events = readEvents(text)
    const owned = withOwners(dataset, events)
    const ids = digestsOfIds(events)
    if (!owned || !areNew(dataset, owned, ids)) return putAtOnce(dataset, events)
    const first = sequence.take(owned.length)
    const areTheirs = owned.every((event, i) => event === events[i])
    append.run(first, dataset, areTheirs ? text : writeEvents(owned))
    waiting.note(dataset, first, owned, ids)
    for (const event of owned) eventFilter.addOne(dataset, event)
    return areTheirs ? first : { first, owners: owned.map(({ userId }) => userId) }
  }

  return {
    ...writes,
    ...expiringWrites(db, parts, applyWith),

    /**
     * Appends a call to the log, if nothing is to be decided about its events: all are new. Else they go into the table
     * at once. `rows` is the result of `writeEvents`, `call` that of `keysOfCall`.
     */
    putInteractions({
      dataset,
      rows: text,
      call,
    }: {
      readonly dataset: number
      readonly rows: string
      readonly call: CallKeys | undefined
    }): PutResult {
      assertActive(dataset)
      if (!call || !areNewFor(dataset, call) || !keepsOwner(dataset, call)) return putAfterLook(dataset, text)
      const first = sequence.take(call.keys.length)
      append.run(first, dataset, text)
      waiting.note(dataset, first, [call], call.ids)
      eventFilter.add(dataset, call)
      return first
    },

    /** Imported rows go at any place in the sequence: a later import waits for the deletion. */
    deleteUsersInteractions({
      dataset,
      userIds,
      before = null,
    }: {
      readonly dataset: number
      readonly userIds: readonly string[]
      readonly before?: number | null
    }): number {
      const { generation } = state(dataset)
      noteSweep(dataset)
      let deleted = 0
      for (const userId of userIds) {
        applyWith(dataset, [`user:${userId}`])
        deleted += rows.deleteOfUser(dataset, userId, before)
        if (generation > 0) {
          deleted += imported.ofUser(dataset, generation, userId, Number.POSITIVE_INFINITY).length
          deletePacks.run(dataset, generation, userId)
        }
        sessions.forgetOf(dataset, userId)
      }
      return deleted
    },
  }
}

/** Returns the put of a call into the table, one event after the other, after all that waits and that they may meet. */
function immediatePuts(
  sequence: Sequence,
  { rows, sessions, waiting }: EventParts,
  applyWith: (dataset: number, traits: Iterable<Trait>) => void,
) {
  /**
   * The session is this user from now on, its anonymous events are the user's. Returns how many the user had already.
   */
  const join = (dataset: number, sessionId: string, userId: string): number => {
    if (sessions.userOf(dataset, sessionId) === userId) return 0
    sessions.set(dataset, sessionId, userId)
    return sessionId === userId ? 0 : rows.giveTo(dataset, sessionId, userId)
  }
  /** Its user, once all that waits of that user is applied. */
  const ownerOf = (dataset: number, { userId, anonymous, sessionId }: StoredInteraction): string => {
    const known = anonymous && sessionId !== null ? sessions.userOf(dataset, sessionId) : undefined
    if (known !== undefined) applyWith(dataset, [`user:${known}`])
    return known ?? userId
  }

  return (dataset: number, events: readonly StoredInteraction[]): Stored => {
    applyWith(dataset, new Set(events.flatMap(traitsOf)))
    let duplicates = 0
    const seqs: number[] = []
    const owners: string[] = []
    for (const [i, event] of events.entries()) {
      const { anonymous, sessionId, eventId } = event
      const userId = ownerOf(dataset, event)
      if (!anonymous && sessionId !== null && !(i > 0 && isOfTheSame(event, events[i - 1]!)))
        duplicates += join(dataset, sessionId, userId)
      const repeated = eventId !== null && (waiting.hasId(dataset, eventId) || rows.haveAnyId(dataset, [eventId]))
      const seq = sequence.next()
      const isStored = rows.insert(dataset, { ...event, userId, seq }, repeated)
      if (!isStored) duplicates++
      else if (!repeated && eventId !== null) rows.addId(dataset, eventId, seq)
      owners.push(userId)
      seqs.push(isStored && !repeated ? seq : 0)
    }
    rows.countDuplicates(dataset, duplicates)
    return { seqs, owners }
  }
}

/** By which all is found that an event may meet. */
function traitsOf({ userId, sessionId }: StoredInteraction): readonly Trait[] {
  return sessionId === null ? [`user:${userId}`] : [`user:${userId}`, `session:${sessionId}`, `user:${sessionId}`]
}

/** Events that wait in the log and are not all of the users that they name: the number of the first, and whose. */
interface Waiting {
  readonly first: number
  readonly owners: readonly string[]
}

/** The number of each, 0 of one that was there already or repeats an eventId, and whose it is. */
interface Stored {
  readonly seqs: readonly number[]
  readonly owners: readonly string[]
}

/** A number is that of the first event: they wait in the log, each of the user that it names. */
export type PutResult = number | Waiting | Stored
