import type { Change } from '../../store.ts'
import { type Database, statements } from '../database.ts'
import { interactionReads } from './interactions.ts'
import { recordReads } from './records.ts'

const KEPT = "interval '2 minutes'"
const KEPT_ROWS = 10_000

const sql = statements('changes', {
  position: 'SELECT pg_current_snapshot()::text AS snapshot, coalesce(max(id), 0) AS last FROM changes',

  // Numbers and times are not committed in their order. The changes that this snapshot sees and the last did not leave
  // no gap. But after a crash PostgreSQL uses numbers of transactions again that it had not logged, also for new
  // changes. Such a change has a greater id than all seen before.
  since: `
    SELECT pg_current_snapshot()::text AS snapshot, seen.* FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
      SELECT id, kind, dataset, CASE WHEN kind = 'resource' THEN ids[1] END AS arn FROM changes
      WHERE id > $2
        OR (transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot))
    ) AS seen ON true ORDER BY id`,

  rows: 'SELECT id, ids, seqs FROM changes WHERE id = ANY ($1) ORDER BY id',
  forget: `
    DELETE FROM changes WHERE at < clock_timestamp() - ${KEPT} AND id < (SELECT max(id) - ${KEPT_ROWS} FROM changes)`,
})

/** How far the table has been read. */
export interface Position {
  readonly snapshot: string
  /** The greatest id. */
  readonly last: number
}

interface Seen {
  readonly snapshot: string
  readonly id: number | null
  readonly kind: 'records' | 'interactions' | 'all' | 'resource'
  readonly dataset: number
  readonly arn: string
}

interface Rows {
  readonly id: number
  readonly ids: readonly string[]
  readonly seqs: readonly number[]
}

/** The table `changes`: a row for each change by any server, kept for two minutes at least. */
export function openChangesTable(db: Database) {
  const records = recordReads(db)
  const interactions = interactionReads(db)

  /** Records as they are now, since only that counts; events as they were put. */
  const rowsOf = async (seen: readonly Seen[]): Promise<Change[]> => {
    if (seen.length === 0) return []
    const rows = await db.query<Rows>(sql.rows, [seen.map(({ id }) => id)])
    const byId = new Map(rows.map(row => [row.id, row]))
    const changes: Change[] = []
    for (const [dataset, ofDataset] of Map.groupBy(seen, change => change.dataset)) {
      const [{ kind } = {}] = ofDataset
      const all = ofDataset.flatMap(({ id }) => byId.get(id!) ?? [])
      const ids = [...new Set(all.flatMap(row => row.ids))]
      if (kind === 'records') {
        const found = new Map((await records.getMany(dataset, ids)).map(({ id, fields }) => [id, { id, fields }]))
        changes.push({ kind, dataset, rows: ids.flatMap(id => found.get(id) ?? []) })
      } else {
        const seqs = all.flatMap(row => row.seqs)
        changes.push({ kind: 'interactions', dataset, rows: await interactions.numbered(dataset, ids, seqs) })
      }
    }
    return changes
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
      const seen = await db.query<Seen>(sql.since, [snapshot, last])
      const changes: Change[] = []
      for (const { kind, dataset, arn } of seen) {
        if (kind === 'resource') changes.push({ kind, arn })
        if (kind === 'all') changes.push({ kind, dataset })
      }
      const ofRows = seen.filter(({ kind }) => kind === 'records' || kind === 'interactions')
      changes.push(...(await rowsOf(ofRows.filter(({ dataset }) => wantsRows(dataset)))))
      const position: Position = { snapshot: seen[0]!.snapshot, last: Math.max(last, seen.at(-1)!.id ?? 0) }
      return { changes, position }
    },

    async forgetOld(): Promise<void> {
      await db.query(sql.forget)
    },
  }
}
