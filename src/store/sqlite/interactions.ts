import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { mergeSorted } from '../merge.ts'
import { compareKeys } from '../order.ts'
import type { FoundInteraction, ImportedInteraction, StoredInteraction } from '../rows.ts'
import type { Ingestion } from '../store.ts'
import { countIn } from './count.ts'
import { atOneMoment } from './database.ts'
import { activeDatasets, datasetState } from './datasets.ts'
import { digestOf } from './digest.ts'
import type { Sequence } from './sequence.ts'

const COLUMNS = `source, user_id, timestamp, item_id, event_type, digest, seq, event_value, details, session_id,
  event_id, anonymous, repeated`

/** Of a user with 100,000 events this takes a millisecond a type, the whole history 10. */
const LOOKED_BACK = 10_000
/** Of so many types the whole of that is read at once, 30 ms, instead of looked through for each. */
const TYPES_MANY = 20

export function interactionReads(db: DatabaseSync) {
  const state = datasetState(db)
  const ofUser = db.prepare(`
    SELECT ${COLUMNS} FROM interactions
    WHERE dataset = ? AND source = ? AND user_id = ? AND repeated = 0
    ORDER BY timestamp DESC, item_id DESC, event_type DESC, digest DESC LIMIT ?`)
  const newest = `
    SELECT ${COLUMNS} FROM interactions
    WHERE dataset = ? AND source = ? AND user_id = ? AND repeated = 0
    ORDER BY timestamp DESC, item_id DESC, event_type DESC, digest DESC LIMIT ${LOOKED_BACK}`
  const typesOfUser = db.prepare(`SELECT DISTINCT event_type FROM (${newest})`)
  const newestOf = db.prepare(newest)
  const ofType = db.prepare(`SELECT * FROM (${newest}) WHERE event_type = ? LIMIT ?`)
  const latest = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 ORDER BY seq DESC LIMIT ?`)
  const after = db.prepare(`
    SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = 0 AND seq > ? ORDER BY seq LIMIT ?`)
  /** The rows that were put and those in effect that were imported, at one moment. */
  const putAndBulk = (dataset: number, of: (source: number) => readonly Row[]) =>
    atOneMoment(db, () => {
      const { generation } = state(dataset)
      return [of(0), generation ? of(generation) : []] as const
    })

  return {
    ofUser(dataset: number, userId: string, limit: number): readonly FoundInteraction[] {
      const [put, bulk] = putAndBulk(dataset, source => ofUser.all(dataset, source, userId, limit).map(toRow))
      return newestFirst(put, bulk).take(limit).map(toInteraction).toArray()
    },
    ofUserByType(
      dataset: number,
      userId: string,
      limit: number,
      isWanted: (eventType: string) => boolean,
    ): readonly FoundInteraction[] {
      const of = (source: number): readonly Row[] => {
        const types = typesOfUser.all(dataset, source, userId).map(row => row.event_type as string)
        const wanted = types.filter(isWanted)
        if (wanted.length > TYPES_MANY) {
          const among = new Set(wanted)
          return newestOf
            .all(dataset, source, userId)
            .map(toRow)
            .filter(({ eventType }) => among.has(eventType))
        }
        const rows = wanted.flatMap(type => ofType.all(dataset, source, userId, type, limit).map(toRow))
        return rows.sort((a, b) => -compareKeys(a, b))
      }
      const [put, bulk] = putAndBulk(dataset, of)
      const counts = new Map<string, number>()
      const isAmongNewest = ({ eventType }: Row) => {
        const count = (counts.get(eventType) ?? 0) + 1
        counts.set(eventType, count)
        return count <= limit
      }
      return newestFirst(put, bulk).filter(isAmongNewest).map(toInteraction).toArray()
    },
    latest: (dataset: number, limit: number): readonly FoundInteraction[] =>
      latest.all(dataset, limit).map(row => toInteraction(toRow(row))),
    after: (dataset: number, seq: number, limit: number): readonly FoundInteraction[] =>
      after.all(dataset, seq, limit).map(row => toInteraction(toRow(row))),
    count: countIn(db, 'interactions', 'user_id', 'user_id, timestamp, item_id, event_type, digest'),
    duplicates: (dataset: number): number => state(dataset).duplicates,
  }
}

/** Every interaction, user by user in the order of time. `db` must be in a read transaction of its own. */
export function* scanInteractions(
  db: DatabaseSync,
  dataset: number,
  ingestion: Ingestion,
): Generator<FoundInteraction> {
  const { generation } = datasetState(db)(dataset)
  const of = function* (source: number) {
    const rows = db.prepare(`
      SELECT ${COLUMNS} FROM interactions WHERE dataset = ? AND source = ?
      ORDER BY user_id, timestamp, item_id, event_type, digest`)
    for (const row of rows.iterate(dataset, source)) yield toRow(row)
  }
  const put = ingestion === 'BULK' ? [] : of(0)
  const bulk = ingestion === 'PUT' || generation === 0 ? [] : of(generation)
  for (const row of mergeSorted(put, bulk, compareKeys)) yield toInteraction(row)
}

export function interactionWrites(db: DatabaseSync, sequence: Sequence) {
  const assertActive = activeDatasets(db)
  const insert = db.prepare(`
    INSERT INTO interactions (dataset, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const eventIdSeen = db.prepare(`
    SELECT 1 FROM interactions WHERE dataset = ? AND event_id = ? AND source = 0 LIMIT 1`)
  const countDuplicates = db.prepare(`
    INSERT INTO dataset_state (dataset, duplicates) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET duplicates = duplicates + excluded.duplicates`)
  const deleteOfUser = db.prepare(`
    DELETE FROM interactions
    WHERE dataset = ?1 AND source IN (0, (SELECT generation FROM dataset_state WHERE dataset = ?1)) AND user_id = ?2`)
  const deleteSessions = db.prepare('DELETE FROM sessions WHERE dataset = ? AND user_id = ?')
  const sessions = sessionWrites(db)
  const stage = db.prepare(`
    INSERT INTO interactions (dataset, source, seq, anonymous, repeated, ${BULK_COLUMNS.join(', ')})
    VALUES (?1, ?2, ?2, 0, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING`)

  const insertRow = (dataset: number, userId: string, repeated: 0 | 1, row: StoredInteraction) =>
    insert.run(
      dataset,
      0,
      userId,
      row.timestampMs,
      row.itemId,
      row.eventType,
      digestOf(row),
      sequence.next(),
      row.eventValue,
      row.details,
      row.sessionId,
      row.eventId,
      row.anonymous ? 1 : 0,
      repeated,
    ).changes === 1

  return {
    /** Gives the number of each; 0 of one that was not stored, or whose eventId had come before. */
    putInteractions({ dataset, interactions }: Put): readonly number[] {
      assertActive(dataset)
      let duplicates = 0
      const seqs: number[] = []
      for (const row of interactions) {
        const userId = row.anonymous ? (sessions.userOf(dataset, row.sessionId) ?? row.userId) : row.userId
        if (!row.anonymous && row.sessionId !== null) duplicates += sessions.join(dataset, row.sessionId, userId)
        const repeated = row.eventId !== null && eventIdSeen.get(dataset, row.eventId) ? 1 : 0
        const isStored = insertRow(dataset, userId, repeated, row)
        if (!isStored) duplicates++
        seqs.push(isStored && !repeated ? sequence.last : 0)
      }
      if (duplicates > 0) countDuplicates.run(dataset, duplicates)
      return seqs
    },

    deleteUsersInteractions({ dataset, userIds }: { dataset: number; userIds: readonly string[] }): number {
      let deleted = 0
      for (const userId of userIds) {
        deleted += Number(deleteOfUser.run(dataset, userId).changes)
        deleteSessions.run(dataset, userId)
      }
      return deleted
    },

    /** `values` is what `bulkInteractionValues` gives. */
    stageInteractions({ dataset, generation, values }: { dataset: number; generation: number; values: Flat }): void {
      const { length } = BULK_COLUMNS
      for (let at = 0; at < values.length; at += length) {
        stage.run(dataset, generation, ...values.slice(at, at + length))
      }
    },
  }
}

interface Put {
  readonly dataset: number
  readonly interactions: readonly StoredInteraction[]
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
    /** The session is this user from now on, its anonymous events are the user's. Gives how many the user had already. */
    join(dataset: number, sessionId: string, userId: string): number {
      if (userOf(dataset, sessionId) === userId) return 0
      upsert.run(dataset, sessionId, userId)
      if (sessionId === userId) return 0
      move.run(dataset, sessionId, userId)
      return Number(dropLeft.run(dataset, sessionId).changes)
    },
  }
}

type Flat = readonly SQLInputValue[]

const BULK_COLUMNS = ['user_id', 'timestamp', 'item_id', 'event_type', 'digest', 'event_value', 'details']

/** Interactions as they go to the writer: a flat array of strings and numbers is posted in a third of an object's time. */
export function bulkInteractionValues(rows: readonly ImportedInteraction[]): Flat {
  const values: SQLInputValue[] = []
  for (const row of rows) {
    const { userId, timestampMs, itemId, eventType, eventValue, details } = row
    values.push(userId, timestampMs, itemId, eventType, digestOf(row), eventValue, details)
  }
  return values
}

type Row = FoundInteraction & { readonly digest: number }

function newestFirst(put: readonly Row[], bulk: readonly Row[]): Generator<Row> {
  return mergeSorted(put, bulk, (a, b) => -compareKeys(a, b))
}

function toInteraction({ digest: _, ...interaction }: Row): FoundInteraction {
  return interaction
}

function toRow(row: Record<string, SQLOutputValue>): Row {
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
    ingestion: row.source === 0 ? 'PUT' : 'BULK',
    seq: row.seq as number,
    repeated: row.repeated === 1,
    digest: row.digest as number,
  }
}
