import { type Provenance, type StoredInteraction, toldEvent, type WatchedEvent } from '../../rows.ts'
import type { Change } from '../../store.ts'
import { type Database, statements } from '../database.ts'
import { interactionReads } from './interactions.ts'
import { recordReads } from './records.ts'

const KEPT = "interval '2 minutes'"
const KEPT_ROWS = 10_000

const ALL = '(SELECT NULL::bigint)'

const sql = statements('changes', {
  position: 'SELECT pg_current_snapshot()::text AS snapshot, coalesce(max(id), 0) AS last FROM changes',

  // Numbers and times are not committed in their order. The changes that this snapshot sees and the last did not leave
  // no gap. But after a crash PostgreSQL uses numbers of transactions again that it had not logged, also for new
  // changes. Such a change has a greater id than all seen before.
  // The subqueries hide the position from PostgreSQL. It would make a plan for each, which takes as long as the rest.
  // Limits that it does not know have it read by the indexes; they limit nothing.
  since: `
    SELECT pg_current_snapshot()::text AS snapshot, max(id) AS last, json_agg(
      json_build_array(id, kind, dataset,
        CASE WHEN dataset = ANY ($3) THEN NULL ELSE json_build_array(ids, seqs, facts) END) ORDER BY id) AS changes
    FROM (
      (SELECT * FROM changes WHERE id > (SELECT $2::bigint) ORDER BY id LIMIT ${ALL})
      UNION ALL
      (SELECT * FROM changes
       WHERE id <= (SELECT $2::bigint) AND transaction >= (SELECT pg_snapshot_xmin($1::pg_snapshot))
         AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot)
       ORDER BY transaction LIMIT ${ALL})) AS unseen`,

  rows: `
    SELECT json_agg(json_build_array(id, json_build_array(ids, seqs, facts)) ORDER BY id) AS rows
    FROM changes WHERE id = ANY ($1)`,

  forget: `
    DELETE FROM changes WHERE at < clock_timestamp() - ${KEPT} AND id < (SELECT max(id) - ${KEPT_ROWS} FROM changes)`,
})

/** How far the table has been read. */
interface Position {
  readonly snapshot: string
  /** The greatest id. */
  readonly last: number
}

interface Found {
  readonly snapshot: string
  readonly last: number | null
  readonly changes: readonly Seen[] | null
}

/** A change: its number, its kind, its dataset, and what was put, if somebody wanted to know that. */
type Seen = readonly [
  id: number,
  kind: 'records' | 'interactions' | 'all' | 'resource',
  dataset: number,
  put: Put | null,
]

/** Ids of records, of the users of events, or of a resource; the numbers of events; what models count of each. */
type Put = readonly [ids: readonly string[], seqs: readonly number[], facts: readonly Facts[] | null]

export type Facts = readonly [
  itemId: string,
  eventType: string,
  eventValue: number | null,
  timestampMs: number,
  shown: string,
]

/**
 * The table `changes`: a row for each change by any server, kept for two minutes at least.
 * @param near where the rows that it tells of are read
 */
export function openChangesTable(db: Database, near: Database) {
  const records = recordReads(near)
  const interactions = interactionReads(near)
  /** The datasets into which something was put. */
  const known = new Set<number>()

  /** Records as they are now, since only that counts. */
  const recordsOf = async (dataset: number, all: readonly Put[]): Promise<Change> => {
    const ids = [...new Set(all.flatMap(([ids]) => ids))]
    const found = new Map((await records.getMany(dataset, ids)).map(({ id, fields }) => [id, { id, fields }]))
    return { kind: 'records', dataset, rows: ids.flatMap(id => found.get(id) ?? []) }
  }
  /** Events as they were put. */
  const eventsOf = async (dataset: number, all: readonly Put[]): Promise<Change> => {
    const rows = all.flatMap(([ids, seqs, facts]) => facts?.map((of, at) => toEvent(ids[at]!, seqs[at]!, of)) ?? [])
    const before = all.filter(([, , facts]) => !facts)
    if (before.length > 0) {
      const [ids, seqs] = [before.flatMap(([ids]) => ids), before.flatMap(([, seqs]) => seqs)]
      const found = await interactions.numbered(dataset, ids, seqs)
      rows.push(...found.filter(({ repeated }) => !repeated).map(event => toldEvent(event, event.seq)))
    }
    return { kind: 'interactions', dataset, rows: rows.sort((a, b) => a.seq - b.seq) }
  }
  /** The rows that were put, also where nobody wanted them yet when they were asked for. */
  const putsOf = async (seen: readonly Seen[]): Promise<readonly Put[]> => {
    const left = seen.flatMap(([id, , , put]) => (put ? [] : [id]))
    if (left.length === 0) return seen.map(([, , , put]) => put!)
    const [found] = await db.query<{ rows: readonly (readonly [number, Put])[] | null }>(sql.rows, [left])
    const byId = new Map(found!.rows)
    return seen.map(([id, , , put]) => put ?? byId.get(id)).filter(put => put !== undefined)
  }
  return {
    async position(): Promise<Position> {
      return (await db.query<{ snapshot: string; last: number }>(sql.position))[0]!
    },

    /**
     * All that was committed since a position, and the position after it.
     * @param wantsRows whether the rows that were put into a dataset are wanted
     */
    async since({ snapshot, last }: Position, wantsRows: (dataset: number) => boolean) {
      const unwanted = [...known].filter(dataset => !wantsRows(dataset))
      const [found] = await db.query<Found>(sql.since, [snapshot, last, unwanted])
      const seen = found!.changes ?? []
      const changes: Change[] = []
      for (const [, kind, dataset, put] of seen) {
        if (kind === 'resource') changes.push({ kind, arn: put![0][0]! })
        else if (kind === 'all') changes.push({ kind, dataset })
        else if (PUTS.includes(kind)) known.add(dataset)
        // A newer version wrote it: anything may have changed.
        else if (!changes.some(({ kind }) => kind === 'unknown')) changes.push({ kind: 'unknown' })
      }
      for (const [dataset, ofDataset] of Map.groupBy(seen.filter(isPut), ([, , dataset]) => dataset)) {
        if (!wantsRows(dataset)) continue
        const [[, kind]] = ofDataset as [Seen]
        changes.push(await (kind === 'records' ? recordsOf : eventsOf)(dataset, await putsOf(ofDataset)))
      }
      return { changes, position: { snapshot: found!.snapshot, last: Math.max(last, found!.last ?? 0) } }
    },

    async forgetOld(): Promise<void> {
      await db.query(sql.forget)
    },
  }
}

const PUTS: readonly string[] = ['records', 'interactions']
const isPut = ([, kind]: Seen) => PUTS.includes(kind)

/** All that models count of an event, in a row of `changes`. */
export function toFacts(event: StoredInteraction & Pick<Provenance, 'seq'>): Facts {
  const { itemId, eventType, eventValue, timestampMs, details } = toldEvent(event, event.seq)
  return [itemId, eventType, eventValue, timestampMs, details]
}

function toEvent(
  userId: string,
  seq: number,
  [itemId, eventType, eventValue, timestampMs, details]: Facts,
): WatchedEvent {
  return { userId, seq, itemId, eventType, eventValue, timestampMs, details }
}
