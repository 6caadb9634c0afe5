import { forEachOf, type History, historyOf, NO_HISTORY } from '../../history.ts'
import { NEWEST_FIRST } from '../../order.ts'
import { type FoundInteraction, type FoundRecord, toRecord } from '../../rows.ts'
import type { Database, Statement } from '../database.ts'
import { joined } from './interactions.ts'
import { NEWEST } from './records.ts'

/** Looks up the record under an id or, with a limit, the newest events of the user with this id. */
export interface Lookup {
  readonly dataset: number
  readonly id: string
  readonly limit?: number
}

/** One of both, by the question; no record where there is none. */
export interface Answer {
  readonly record?: FoundRecord | undefined
  readonly history: History
}

/** JSON: as rows, events take the server three times as long. */
interface Row {
  readonly record: readonly [source: number, seq: number, fields: string] | null
  readonly put: Columns | null
  readonly imported: Columns | null
}

/** Events in columns, which are null where there are none. */
type Columns = readonly [
  itemIds: readonly string[] | null,
  eventTypes: readonly string[],
  eventValues: readonly (number | null)[],
  seqs: readonly number[],
  timestamps: readonly number[],
  sessionIds: readonly (string | null)[],
  eventIds: readonly (string | null)[],
  details: readonly string[],
  anonymous: readonly boolean[],
  repeated: readonly boolean[],
]

/** The names of the tables that are read: their own, or those of a shard of each. */
interface Tables {
  readonly records: string
  readonly interactions: string
  readonly state: string
}

const generationIn = ({ state }: Tables) => `(SELECT nullif(generation, 0) FROM ${state} WHERE dataset = asked.dataset)`

const columns = (interactions: string, source: string) => `
      CASE WHEN most IS NOT NULL THEN (
        SELECT json_build_array(json_agg(item_id), json_agg(event_type), json_agg(event_value), json_agg(seq),
          json_agg(timestamp), json_agg(session_id), json_agg(event_id), json_agg(details), json_agg(anonymous),
          json_agg(repeated))
        FROM (
          SELECT * FROM ${interactions}
          WHERE dataset = asked.dataset AND source = ${source} AND user_id = asked.id
          ${NEWEST_FIRST} LIMIT asked.most) AS newest) END`

// The subqueries hide from PostgreSQL how much is asked. It would make a plan for each call, which takes it as long
// as to read ten users.
const textOf = (tables: Tables) => `
    SELECT
      CASE WHEN most IS NULL THEN (
        SELECT json_build_array(source, seq, fields) FROM ${tables.records}
        WHERE dataset = asked.dataset AND source IN (0, ${generationIn(tables)}) AND id = asked.id
        ORDER BY ${NEWEST} LIMIT 1) END AS record,
      ${columns(tables.interactions, '0')} AS put,
      ${columns(tables.interactions, generationIn(tables))} AS imported
    FROM unnest((SELECT $1::bigint[]), (SELECT $2::text[]), (SELECT $3::bigint[])) WITH ORDINALITY
      AS asked (dataset, id, most, place)
    ORDER BY place`

/** Returns the statement of `readEach` for these tables. No shard of interactions goes with two of records. */
export const readsOf = (tables: Tables): Statement => ({ name: `reads.${tables.interactions}`, text: textOf(tables) })

/** Answers all the questions by one statement, of `readsOf`. Citus cannot plan it for tables that it has spread. */
export async function readEach(db: Database, each: Statement, lookups: readonly Lookup[]): Promise<readonly Answer[]> {
  const datasets = lookups.map(({ dataset }) => dataset)
  const ids = lookups.map(({ id }) => id)
  const limits = lookups.map(({ limit }) => limit ?? null)
  const rows = await db.query<Row>(each, [datasets, ids, limits])
  return rows.map(({ record, put, imported }, at) => {
    const { id, limit = 0 } = lookups[at]!
    const found = record && toRecord({ id, source: record[0], seq: record[1], fields: record[2] })
    const [ofPut, ofImported] = [inColumns(put, id, 'PUT'), inColumns(imported, id, 'BULK')]
    return { record: found ?? undefined, history: both(ofPut, ofImported, limit) }
  })
}

function both(put: History, imported: History, limit: number): History {
  if (imported.length === 0) return put
  if (put.length === 0) return imported
  return historyOf(joined(put.events(), imported.events()).take(limit).toArray())
}

function inColumns(columns: Columns | null, userId: string, ingestion: FoundInteraction['ingestion']): History {
  if (!columns?.[0]) return NO_HISTORY
  const [itemIds, eventTypes, eventValues, seqs, timestamps, sessionIds, eventIds, details, anonymous, repeated] =
    columns
  const eventAt = (at: number): FoundInteraction => ({
    userId,
    anonymous: anonymous[at]!,
    sessionId: sessionIds[at]!,
    itemId: itemIds[at]!,
    timestampMs: timestamps[at]!,
    eventType: eventTypes[at]!,
    eventId: eventIds[at]!,
    eventValue: eventValues[at]!,
    details: details[at]!,
    ingestion,
    seq: seqs[at]!,
    repeated: repeated[at]!,
  })
  const { length } = itemIds
  const events = () => Array.from({ length }, (_, at) => eventAt(at))
  const ofAll = { itemIds, eventTypes, eventValues }
  return { length, newest: seqs[0], ...ofAll, events, forEach: each => forEachOf(ofAll, each) }
}
