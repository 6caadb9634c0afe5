import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { FoundInteraction, ImportedInteraction, StoredInteraction } from '../../rows.ts'
import { compareInteractions } from './digest.ts'
import type { Flat, Staged } from './staged.ts'

/**
 * Interactions lie many to a row, a user's together. So they share most of the cost of writing, reading and keeping a
 * row. A user may have several packs. Their times may overlap, and imported ones may even have the same event, so
 * readers sort the events and take each once.
 */

/** A pack has at most this many events, and a reader of the newest reads at most this many too many. */
export const EVENTS_MAX = 200

/** The source of events that were put (`put-packs.ts`), as in the table `interactions`. */
export const PUT = 0

/**
 * The number of members that an interaction has in the list of a pack: its timestamp, item, type, value and details.
 * One that was put has also its number, session, eventId, and 1 if it is anonymous.
 */
export const membersIn = (source: number): number => (source === PUT ? 9 : 5)

/** An event that was put, and its number in the sequence of writes. */
export interface NumberedEvent extends StoredInteraction {
  readonly seq: number
}

/** The list of a pack of events that were put, in the order of time. */
export function packPut(events: readonly NumberedEvent[]): string {
  const flat: unknown[] = []
  for (const event of events) {
    flat.push(event.timestampMs, event.itemId, event.eventType, event.eventValue, event.details)
    flat.push(event.seq, event.sessionId, event.eventId, event.anonymous ? 1 : 0)
  }
  return JSON.stringify(flat)
}

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

/** A row of `packs`, as far as its events need it. */
export interface Pack {
  readonly source: number
  readonly user_id: string
  readonly oldest: number
  readonly newest: number
  readonly count: number
  readonly seq: number
  readonly events: string
}

/** The events of a pack in the order of time. */
export function unpack(pack: Pack): FoundInteraction[] {
  return unpackNewest(pack).reverse()
}

/** The newest first, `limit` at most. */
export function unpackNewest({ source, user_id: userId, seq, events }: Pack, limit = Number.POSITIVE_INFINITY) {
  const flat = JSON.parse(events) as never[]
  const rows: FoundInteraction[] = []
  const members = membersIn(source)
  for (let at = flat.length - members; at >= 0 && rows.length < limit; at -= members) {
    const isPut = source === PUT
    rows.push({
      userId,
      anonymous: isPut && flat[at + 8]! === 1,
      sessionId: isPut ? flat[at + 6]! : null,
      itemId: flat[at + 1]!,
      timestampMs: flat[at]!,
      eventType: flat[at + 2]!,
      eventId: isPut ? flat[at + 7]! : null,
      eventValue: flat[at + 3]!,
      details: flat[at + 4]!,
      ingestion: isPut ? 'PUT' : 'BULK',
      seq: isPut ? flat[at + 5]! : seq,
      repeated: false,
    })
  }
  return rows
}

/** Of each user all packs, those of the newest event first. */
const packsOf = (db: DatabaseSync) =>
  db.prepare(`
    SELECT source, user_id, oldest, newest, count, seq, events FROM packs
    WHERE dataset = ? AND source = ? AND user_id = ? ORDER BY newest DESC`)

/** The reads of packs. */
export function packReads(db: DatabaseSync) {
  const packs = packsOf(db)
  const inOrder = (dataset: number, source: number, userId: string, limit: number): readonly Pack[] | undefined => {
    const found: Pack[] = []
    let count = 0
    for (const pack of packs.iterate(dataset, source, userId) as Iterable<unknown> as Iterable<Pack>) {
      if (found.length > 0 && pack.newest >= found.at(-1)!.oldest) return undefined
      if (count >= limit) break
      found.push(pack)
      count += pack.count
    }
    return found
  }
  return {
    /**
     * The packs that have the user's newest events, put or of a generation (0 for none), the newest first. Undefined
     * where some events of one are as old as those of the next, or older.
     */
    newestInOrder(dataset: number, generation: number, userId: string, limit: number): readonly Pack[] | undefined {
      const put = inOrder(dataset, PUT, userId, limit)
      const imported = generation === 0 ? [] : inOrder(dataset, generation, userId, limit)
      if (!put || !imported) return undefined
      const [last, next] = [put.at(-1), imported[0]]
      return last && next && next.newest >= last.oldest ? undefined : [...put, ...imported]
    },

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
  for (const packs of byUser(db, dataset, generation, 'source, user_id, seq, events'))
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
