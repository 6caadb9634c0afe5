import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { mergeSorted } from '../../merge.ts'
import type { FoundInteraction, StoredInteraction } from '../../rows.ts'
import type { Ingestion } from '../../store.ts'
import { atOneMoment, LIMIT } from '../database.ts'
import { activeDatasets, datasetState, sweeps } from './datasets.ts'
import { compareInteractions, detailsDigest } from './digest.ts'
import { countPacks, packReads, scanPacks } from './packs.ts'
import type { Sequence } from './sequence.ts'

const COLUMNS = `user_id, timestamp, item_id, event_type, digest, seq, event_value, details, session_id, event_id,
  anonymous, repeated`

const NEWEST_FIRST = 'ORDER BY timestamp DESC, item_id DESC, event_type DESC, digest DESC'

/** Of a user with 100,000 events this takes a millisecond a type, the whole history 10. */
const LOOKED_BACK = 10_000
/** With this many types the whole of it is read at once, 30 ms, instead of looked through for each. */
const TYPES_MANY = 20

/** Those that were put are in the table `interactions`, a row each; those that were imported are in `packs`. */
export function interactionReads(db: DatabaseSync) {
  const state = datasetState(db)
  const packs = packReads(db)
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

  /** Put and imported interactions, at one moment, newest first; an event that came both ways once. */
  const newestFirst = (
    dataset: number,
    userId: string,
    { put, imported }: { readonly put: () => readonly FoundInteraction[]; readonly imported: number },
  ) => {
    const [putOnes, importedOnes] = atOneMoment(db, () => {
      const { generation } = state(dataset)
      return [put(), generation ? packs.ofUser(dataset, generation, userId, imported) : []] as const
    })
    if (putOnes.length === 0) return importedOnes.values()
    return mergeSorted(putOnes, importedOnes, (a, b) => -compareInteractions(a, b))
  }

  return {
    ofUser(dataset: number, userId: string, limit: number): readonly FoundInteraction[] {
      const put = () => ofUser.all(dataset, userId, limit).map(toInteraction)
      return newestFirst(dataset, userId, { put, imported: limit }).take(limit).toArray()
    },
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
        return rows.sort((a, b) => -compareInteractions(a, b))
      }
      const counts = new Map<string, number>()
      const isAmongNewest = ({ eventType }: FoundInteraction) => {
        const count = (counts.get(eventType) ?? 0) + 1
        counts.set(eventType, count)
        return count <= limit
      }
      const newest = newestFirst(dataset, userId, { put, imported: LOOKED_BACK })
      return newest
        .filter(({ eventType }) => isWantedType(eventType))
        .filter(isAmongNewest)
        .toArray()
    },
    latest: (dataset: number, limit: number): readonly FoundInteraction[] =>
      latest.all(dataset, limit).map(toInteraction),
    after: (dataset: number, seq: number, limit: number): readonly FoundInteraction[] =>
      after.all(dataset, seq, limit).map(toInteraction),
    duplicates: (dataset: number): number => state(dataset).duplicates,
    swept: (dataset: number): number => state(dataset).swept,
  }
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
  const put = ingestion === 'BULK' ? [] : db.prepare(ALL_PUT).iterate(dataset).map(toInteraction)
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
    ) AS put WHERE EXISTS (
      SELECT 1 FROM packs WHERE dataset = ?1 AND source = ?2 AND user_id = put.user_id
        AND newest >= put.oldest AND oldest <= put.newest
    )`)
  const ofUser = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 AND user_id = ? ${NEWEST_FIRST}`)
  for (const { user_id } of users.iterate(dataset, generation)) {
    const userId = user_id as string
    const put = ofUser.all(dataset, userId).map(toInteraction)
    const imported = packs.ofUser(dataset, generation, userId, Number.POSITIVE_INFINITY)
    const distinct = mergeSorted(put, imported, (a, b) => -compareInteractions(a, b)).toArray()
    yield put.length + imported.length - distinct.length
  }
}

/** The writes of interactions, each to be called in a transaction. */
export function interactionWrites(db: DatabaseSync, sequence: Sequence) {
  const assertActive = activeDatasets(db)
  const insert = db.prepare(`
    INSERT INTO interactions (dataset, source, ${COLUMNS}) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const eventIdSeen = db.prepare(`
    SELECT 1 FROM interactions WHERE dataset = ? AND event_id = ? AND source = 0 LIMIT 1`)
  const countDuplicates = db.prepare(`
    INSERT INTO dataset_state (dataset, duplicates) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET duplicates = duplicates + excluded.duplicates`)
  const state = datasetState(db)
  const packs = packReads(db)
  const deleteOfUser = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ? AND source = 0 AND user_id = ? AND seq < ifnull(?, ${Number.MAX_SAFE_INTEGER})`)
  const deletePacksOfUser = db.prepare('DELETE FROM packs WHERE dataset = ? AND source = ? AND user_id = ?')
  const deleteSessions = db.prepare(`
    DELETE FROM sessions WHERE dataset = ?1 AND user_id = ?2 AND session_id NOT IN (
      SELECT session_id FROM interactions
      WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id IS NOT NULL)`)
  const sessions = sessionWrites(db)
  const noteSweep = sweeps(db, sequence)

  const insertRow = (dataset: number, userId: string, repeated: 0 | 1, row: StoredInteraction) =>
    insert.run(
      dataset,
      userId,
      row.timestampMs,
      row.itemId,
      row.eventType,
      detailsDigest(row),
      sequence.next(),
      row.eventValue,
      row.details,
      row.sessionId,
      row.eventId,
      row.anonymous ? 1 : 0,
      repeated,
    ).changes === 1

  return {
    /**
     * Returns the number of each, 0 of one that was not stored, and the places of those whose eventId had come before.
     */
    putInteractions({ dataset, interactions }: Put): PutResult {
      assertActive(dataset)
      let duplicates = 0
      const seqs: number[] = []
      const repeats: number[] = []
      for (const [i, row] of interactions.entries()) {
        const userId = row.anonymous ? (sessions.userOf(dataset, row.sessionId) ?? row.userId) : row.userId
        if (!row.anonymous && row.sessionId !== null && !isOfTheSame(row, interactions[i - 1]))
          duplicates += sessions.join(dataset, row.sessionId, userId)
        const repeated = row.eventId !== null && eventIdSeen.get(dataset, row.eventId) ? 1 : 0
        const isStored = insertRow(dataset, userId, repeated, row)
        if (!isStored) duplicates++
        if (repeated) repeats.push(i)
        seqs.push(isStored ? sequence.last : 0)
      }
      if (duplicates > 0) countDuplicates.run(dataset, duplicates)
      return { seqs, repeats }
    },

    /** Imported rows go at any place in the sequence: a later import waits for the deletion. */
    deleteUsersInteractions({ dataset, userIds, before = null }: Deletion): number {
      const { generation } = state(dataset)
      noteSweep(dataset)
      let deleted = 0
      for (const userId of userIds) {
        deleted += Number(deleteOfUser.run(dataset, userId, before).changes)
        deleted += packs.ofUser(dataset, generation, userId, Number.POSITIVE_INFINITY).length
        deletePacksOfUser.run(dataset, generation, userId)
        deleteSessions.run(dataset, userId)
      }
      return deleted
    },
  }
}

export interface Deletion {
  readonly dataset: number
  readonly userIds: readonly string[]
  readonly before?: number | null | undefined
}

export interface PutResult {
  readonly seqs: readonly number[]
  readonly repeats: readonly number[]
}

export interface Put {
  readonly dataset: number
  readonly interactions: readonly StoredInteraction[]
}

/**
 * Whether the one before has joined the session to the user already, as all events of a PutEvents call have the same.
 */
function isOfTheSame(row: StoredInteraction, before: StoredInteraction | undefined): boolean {
  return before !== undefined && !before.anonymous && before.sessionId === row.sessionId && before.userId === row.userId
}

/** Which user a session turned out to be (guide: "Recording events for anonymous users"). */
function sessionWrites(db: DatabaseSync) {
  const select = db.prepare('SELECT user_id FROM sessions WHERE dataset = ? AND session_id = ?')
  const upsert = db.prepare(`
    INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET user_id = excluded.user_id`)
  const move = db.prepare(`
    UPDATE OR IGNORE interactions SET user_id = ?3
    WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id = ?2 AND anonymous = 1`)
  const dropLeft = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ?1 AND source = 0 AND user_id = ?2 AND session_id = ?2 AND anonymous = 1`)
  const userOf = (dataset: number, sessionId: string | null) =>
    select.get(dataset, sessionId)?.user_id as string | undefined
  return {
    userOf,
    /**
     * The session is this user from now on, its anonymous events are the user's. Returns how many the user had already.
     */
    join(dataset: number, sessionId: string, userId: string): number {
      if (userOf(dataset, sessionId) === userId) return 0
      upsert.run(dataset, sessionId, userId)
      if (sessionId === userId) return 0
      move.run(dataset, sessionId, userId)
      return Number(dropLeft.run(dataset, sessionId).changes)
    },
  }
}

function toInteraction(row: Record<string, SQLOutputValue>): FoundInteraction {
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
