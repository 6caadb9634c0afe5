import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { FoundInteraction, ImportedInteraction } from '../../rows.ts'
import { compareInteractions } from './digest.ts'
import type { Flat, Staged } from './staged.ts'

/**
 * Imported interactions lie many to a row, a user's together. So they share most of the cost of writing, reading and
 * keeping a row. A user may have several packs. Their times may overlap, and they may even have the same event, so
 * readers sort the events and take each once.
 */

/** A pack has at most this many events, and a reader of the newest reads at most this many too many. */
const EVENTS_MAX = 200

/** The members of an interaction in the list of a pack, its timestamp first. */
export const EVENT_MEMBERS = 5

const PACK_COLUMNS = ['user_id', 'oldest', 'newest', 'count', 'events']

/** The packs of these interactions as they go to the writer. Those of a user that follow each other share one. */
export function packValues(interactions: readonly ImportedInteraction[]): Flat {
  const values: SQLInputValue[] = []
  for (let from = 0, to = 1; from < interactions.length; from = to++) {
    const { userId } = interactions[from]!
    while (to < interactions.length && to - from < EVENTS_MAX && interactions[to]!.userId === userId) to++
    const sorted = inOrder(interactions.slice(from, to))
    values.push(userId, sorted[0]!.timestampMs, sorted.at(-1)!.timestampMs, sorted.length, pack(sorted))
  }
  return values
}

/** Each of them once. It sorts in place. */
function inOrder<Row extends ImportedInteraction>(rows: Row[]): Row[] {
  rows.sort(compareInteractions)
  return rows.filter((row, i) => i === 0 || compareInteractions(rows[i - 1]!, row) !== 0)
}

function pack(interactions: readonly ImportedInteraction[]): string {
  const flat: unknown[] = []
  for (const { timestampMs, itemId, eventType, eventValue, details } of interactions)
    flat.push(timestampMs, itemId, eventType, eventValue, details)
  return JSON.stringify(flat)
}

interface Pack {
  readonly user_id: string
  readonly oldest: number
  readonly newest: number
  readonly count: number
  readonly seq: number
  readonly events: string
}

function unpack(pack: Pack): FoundInteraction[] {
  return unpackNewest(pack).reverse()
}

/** The newest first, so many of them at most. */
function unpackNewest({ user_id: userId, seq, events }: Pack, limit = Number.POSITIVE_INFINITY): FoundInteraction[] {
  const flat = JSON.parse(events) as never[]
  const rows: FoundInteraction[] = []
  for (let at = flat.length - EVENT_MEMBERS; at >= 0 && rows.length < limit; at -= EVENT_MEMBERS) {
    rows.push({
      userId,
      anonymous: false,
      sessionId: null,
      itemId: flat[at + 1]!,
      timestampMs: flat[at]!,
      eventType: flat[at + 2]!,
      eventId: null,
      eventValue: flat[at + 3]!,
      details: flat[at + 4]!,
      ingestion: 'BULK',
      seq,
      repeated: false,
    })
  }
  return rows
}

/** Of each user all packs, those of the newest event first. */
const packsOf = (db: DatabaseSync) =>
  db.prepare(`
    SELECT user_id, newest, seq, events FROM packs
    WHERE dataset = ? AND source = ? AND user_id = ? ORDER BY newest DESC`)

/** The reads of packs. */
export function packReads(db: DatabaseSync) {
  const packs = packsOf(db)
  return {
    /** The user's newest events of a generation, newest first. */
    ofUser(dataset: number, generation: number, userId: string, limit: number): readonly FoundInteraction[] {
      let found: FoundInteraction[] = []
      for (const pack of packs.iterate(dataset, generation, userId) as Iterable<unknown> as Iterable<Pack>) {
        // Of the time of the last of those found the pack may have events, even such as come before.
        const isOlder = found.length === 0 || pack.newest < found.at(-1)!.timestampMs
        if (isOlder && found.length >= limit) break
        if (isOlder) for (const event of unpackNewest(pack, limit - found.length)) found.push(event)
        else found = newest(found.concat(unpackNewest(pack)), limit)
      }
      return found
    },
  }
}

function newest(found: FoundInteraction[], limit: number): FoundInteraction[] {
  return inOrder(found).reverse().slice(0, limit)
}

/** Every interaction of a generation, user by user in the order of time. */
export function* scanPacks(db: DatabaseSync, dataset: number, generation: number): Generator<FoundInteraction> {
  for (const packs of byUser(db, dataset, generation, 'user_id, seq, events'))
    yield* packs.length === 1 ? unpack(packs[0]!) : inOrder(packs.flatMap(unpack))
}

function* byUser(db: DatabaseSync, dataset: number, generation: number, columns: string): Generator<readonly Pack[]> {
  const packs = db.prepare(`
    SELECT ${columns} FROM packs WHERE dataset = ? AND source = ? ORDER BY user_id, newest`)
  let ofUser: Pack[] = []
  for (const pack of packs.iterate(dataset, generation) as Iterable<unknown> as Iterable<Pack>) {
    if (ofUser.length > 0 && ofUser[0]!.user_id !== pack.user_id) {
      yield ofUser
      ofUser = []
    }
    ofUser.push(pack)
  }
  if (ofUser.length > 0) yield ofUser
}

/**
 * How many interactions of a generation each user has. Those that two packs may both have, because their times overlap,
 * are looked at; else the index alone is read.
 */
export function* countPacks(db: DatabaseSync, dataset: number, generation: number): Generator<number> {
  const all = packsOf(db)
  for (const packs of byUser(db, dataset, generation, 'user_id, oldest, newest, count')) {
    const overlap = packs.some((pack, i) => i > 0 && packs[i - 1]!.newest >= pack.oldest)
    if (overlap)
      yield inOrder((all.all(dataset, generation, packs[0]!.user_id) as unknown as Pack[]).flatMap(unpack)).length
    else yield packs.reduce((sum, { count }) => sum + count, 0)
  }
}

/** The writes of packs, each to be called in a transaction. */
export function packWrites(db: DatabaseSync) {
  const stage = db.prepare(`
    INSERT INTO packs (dataset, source, seq, ${PACK_COLUMNS.join(', ')}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  return {
    /** `values` is the result of `packValues`. */
    stageInteractions({ dataset, generation, seq, values }: Staged): void {
      const { length } = PACK_COLUMNS
      for (let at = 0; at < values.length; at += length)
        stage.run(dataset, generation, seq, ...values.slice(at, at + length))
    },
  }
}
