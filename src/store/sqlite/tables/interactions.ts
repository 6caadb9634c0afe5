import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type History, historyOf } from '../../history.ts'
import { mergeSorted } from '../../merge.ts'
import { firstOfEachType, LOOKED_BACK, NEWEST_FIRST } from '../../order.ts'
import type { FoundInteraction, Ingestion } from '../../rows.ts'
import { LIMIT, openMoments } from '../database.ts'
import { datasetState } from './datasets.ts'
import { compareInteractions } from './digest.ts'
import { packedHistory } from './packed-history.ts'
import { countPacks, PUT, packReads, scanPacks } from './packs.ts'
import { packedByNumber } from './put-packs.ts'

/** The columns of the table, but for the dataset and the source. */
export const COLUMNS = `user_id, timestamp, item_id, event_type, digest, seq, event_value, details, session_id, event_id,
  anonymous, repeated`

/** With this many types the whole of it is read at once, 30 ms, instead of looked through for each. */
const TYPES_MANY = 20

/** Returns a user's events that are in the log and not in `interactions` yet. */
export type WaitingEvents = (dataset: number, userId: string) => readonly FoundInteraction[]

/**
 * Imported interactions are in `packs`. Those that were put are there too once they are applied; some are in the table
 * `interactions`, a row each.
 */
export function interactionReads(db: DatabaseSync, waiting: WaitingEvents = () => []) {
  const state = datasetState(db)
  const packs = packReads(db)
  const packed = packedByNumber(db)
  const atOneMoment = openMoments(db)
  const history = `
    SELECT ${COLUMNS} FROM interactions
    WHERE dataset = ? AND source = 0 AND user_id = ? ${NEWEST_FIRST}`
  const ofUser = db.prepare(`${history} ${LIMIT} ?`)
  const newest = `${history} LIMIT ${LOOKED_BACK}`
  const typesOfUser = db.prepare(`SELECT DISTINCT event_type FROM (${newest})`)
  const ofType = db.prepare(`SELECT * FROM (${newest}) WHERE event_type = ? ${LIMIT} ?`)
  const latest = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 ORDER BY seq DESC ${LIMIT} ?`)
  const after = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 AND seq > ? ORDER BY seq ${LIMIT} ?`)

  /** Put and imported interactions, newest first; an event that came both ways once. To be called at one moment. */
  const withImported = (dataset: number, userId: string, put: Interactions, packed: number) => {
    const { generation } = state(dataset)
    const all = allOf(put, packs.ofUser(dataset, PUT, userId, packed), waiting(dataset, userId))
    const imported = generation ? packs.ofUser(dataset, generation, userId, packed) : []
    return all.length === 0 ? imported : mergeSorted(all, imported, newestFirst)
  }
  /** The newest ones, to be called at one moment. */
  const newestOf = (dataset: number, userId: string, limit: number): Interactions => {
    const put = ofUser.all(dataset, userId, limit).map(toInteraction)
    const newest = withImported(dataset, userId, put, limit)
    return Array.isArray(newest) ? newest : Iterator.from(newest).take(limit).toArray()
  }
  /** Whether all of a user's events are in packs. */
  const areInPacks = (dataset: number, userId: string) =>
    ofUser.get(dataset, userId, 1) === undefined && waiting(dataset, userId).length === 0

  return {
    histories: (dataset: number, userIds: readonly string[], limit: number): readonly History[] =>
      atOneMoment(() => {
        const { generation } = state(dataset)
        return userIds.map(userId => {
          const found = areInPacks(dataset, userId) && packs.newestInOrder(dataset, generation, userId, limit)
          return found ? packedHistory(found, limit) : historyOf(newestOf(dataset, userId, limit))
        })
      }),
    ofUser: (...of: Parameters<typeof newestOf>): Interactions => atOneMoment(() => newestOf(...of)),
    ofUserByType(
      dataset: number,
      userId: string,
      limit: number,
      isWanted: (eventType: string) => boolean,
    ): readonly FoundInteraction[] {
      const asked = new Map<string, boolean>()
      const isWantedType = (eventType: string) => asked.getOrInsertComputed(eventType, () => isWanted(eventType))
      const put = () => {
        const types = typesOfUser.all(dataset, userId).map(row => row.event_type as string)
        const wanted = types.filter(isWantedType)
        if (wanted.length > TYPES_MANY) return ofUser.all(dataset, userId, LOOKED_BACK).map(toInteraction)
        const rows = wanted.flatMap(type => ofType.all(dataset, userId, type, limit).map(toInteraction))
        return rows.sort(newestFirst)
      }
      const newest = atOneMoment(() => withImported(dataset, userId, put(), LOOKED_BACK))
      return Iterator.from(newest)
        .filter(({ eventType }) => isWantedType(eventType))
        .filter(firstOfEachType(limit))
        .toArray()
    },
    latest: (dataset: number, limit: number): readonly FoundInteraction[] =>
      atOneMoment(() => {
        const rows = latest.all(dataset, limit).map(toInteraction)
        return allOf(rows, packed.latest(dataset, limit), [], (a, b) => b.seq - a.seq).slice(0, limit)
      }),
    after: (dataset: number, seq: number, limit: number): readonly FoundInteraction[] =>
      atOneMoment(() => {
        const rows = after.all(dataset, seq, limit).map(toInteraction)
        return allOf(rows, packed.after(dataset, seq, limit), [], (a, b) => a.seq - b.seq).slice(0, limit)
      }),
    duplicates: (dataset: number): number => state(dataset).duplicates,
    swept: (dataset: number): number => state(dataset).swept,
    expiredBefore: (dataset: number): number | undefined => state(dataset).expired_before ?? undefined,
  }
}

type Interactions = readonly FoundInteraction[]

const newestFirst = (a: FoundInteraction, b: FoundInteraction) => -compareInteractions(a, b)

/** Rows and packed events, which are both in order, and those that wait, all in order. */
function allOf(rows: Interactions, packed: Interactions, waiting: Interactions, order = newestFirst): Interactions {
  if (waiting.length === 0 && packed.length === 0) return rows
  if (waiting.length === 0 && rows.length === 0) return packed
  return [...rows, ...packed, ...waiting].sort(order)
}

const ALL_PUT = `
  SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0
  ORDER BY user_id, timestamp, item_id, event_type, digest`

/** Every interaction, user by user in the order of time. `db` must be in a read transaction of its own. */
export function* scanInteractions(
  db: DatabaseSync,
  dataset: number,
  ingestion: Ingestion,
): Generator<FoundInteraction> {
  const { generation } = datasetState(db)(dataset)
  const rows = ingestion === 'BULK' ? [] : db.prepare(ALL_PUT).iterate(dataset).map(toInteraction)
  const packed = ingestion === 'BULK' ? [] : scanPacks(db, dataset, PUT)
  const put = mergeSorted(rows, packed, compareInteractions)
  const bulk = ingestion === 'PUT' || generation === 0 ? [] : scanPacks(db, dataset, generation)
  yield* mergeSorted(put, bulk, compareInteractions)
}

/** How many there are, in parts to be added up. `db` must be in a read transaction of its own. */
export function* countInteractions(db: DatabaseSync, dataset: number, ingestion: Ingestion): Generator<number> {
  const { generation } = datasetState(db)(dataset)
  if (ingestion !== 'BULK') yield* countPut(db, dataset)
  if (ingestion === 'PUT' || generation === 0) return
  yield* countPacks(db, dataset, generation)
  if (ingestion === 'ALL') for (const both of countInBoth(db, dataset, generation)) yield -both
}

function* countPut(db: DatabaseSync, dataset: number): Generator<number> {
  const users = db.prepare(`
    SELECT count(*) AS count FROM interactions WHERE dataset = ? AND source = 0 GROUP BY user_id`)
  for (const { count } of users.iterate(dataset)) yield count as number
  const packed = db.prepare(`
    SELECT sum(count) AS count FROM packs WHERE dataset = ? AND source = ${PUT} GROUP BY user_id`)
  for (const { count } of packed.iterate(dataset)) yield count as number
}

/** How many of those that were put repeat an eventId, in parts to be added up; `db` as of `countInteractions`. */
export function* countRepeated(db: DatabaseSync, dataset: number): Generator<number> {
  const users = db.prepare(`
    SELECT sum(repeated) AS count FROM interactions WHERE dataset = ? AND source = 0 GROUP BY user_id`)
  for (const { count } of users.iterate(dataset)) yield count as number
}

/** How many events of each user were put and are in a generation as well. */
function* countInBoth(db: DatabaseSync, dataset: number, generation: number): Generator<number> {
  const packs = packReads(db)
  const users = db.prepare(`
    SELECT put.user_id FROM (
      SELECT user_id, min(timestamp) AS oldest, max(timestamp) AS newest FROM interactions
      WHERE dataset = ?1 AND source = 0 GROUP BY user_id
      UNION ALL
      SELECT user_id, min(oldest) AS oldest, max(newest) AS newest FROM packs
      WHERE dataset = ?1 AND source = ${PUT} GROUP BY user_id
      ORDER BY user_id
    ) AS put WHERE EXISTS (
      SELECT 1 FROM packs WHERE dataset = ?1 AND source = ?2 AND user_id = put.user_id
        AND newest >= put.oldest AND oldest <= put.newest
    )`)
  const ofUser = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 AND user_id = ? ${NEWEST_FIRST}`)
  let last: string | undefined
  for (const { user_id } of users.iterate(dataset, generation)) {
    const userId = user_id as string
    if (userId === last) continue
    last = userId
    const packed = packs.ofUser(dataset, PUT, userId, Number.POSITIVE_INFINITY)
    const put = allOf(ofUser.all(dataset, userId).map(toInteraction), packed, [])
    const imported = packs.ofUser(dataset, generation, userId, Number.POSITIVE_INFINITY)
    const distinct = mergeSorted(put, imported, newestFirst).toArray()
    yield put.length + imported.length - distinct.length
  }
}

/** An event that was put as the columns `COLUMNS` have it. */
export function toInteraction(row: Record<string, SQLOutputValue>): FoundInteraction {
  return {
    userId: row.user_id as string,
    anonymous: row.anonymous === 1,
    sessionId: row.session_id as string | null,
    itemId: row.item_id as string,
    timestampMs: row.timestamp as number,
    eventType: row.event_type as string,
    eventId: row.event_id as string | null,
    eventValue: row.event_value as number | null,
    details: row.details as string,
    ingestion: 'PUT',
    seq: row.seq as number,
    repeated: row.repeated === 1,
  }
}
