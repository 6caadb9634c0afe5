import { type Database, type Statement, statements } from '../database.ts'
import { newestOfEach, type PutRecords, type RecordWrites, recordWrites } from '../tables/records.ts'
import { openUntangled } from './circles.ts'
import type { Told, UnderWay } from './under-way.ts'

// In the order of keys, and on each node shard after shard: then few servers wait for each other in a circle.
const PUT = `
    INSERT INTO records (dataset, source, id, seq, fields)
    SELECT dataset, 0, id, seq, fields
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS given (dataset, id, fields, seq)
    ORDER BY dataset, id
    ON CONFLICT (dataset, source, id)
    DO UPDATE SET seq = greatest(records.seq + 1, excluded.seq), fields = excluded.fields`

const sql = statements('spread records', {
  // One that arrives late, when its server has gone on to another node, replaces nothing newer.
  put: `${PUT} WHERE records.seq <= excluded.seq RETURNING id, dataset`,
  // Another server may have been given the next numbers, and written first. Or a crash of the coordinator has taken
  // back numbers that are there.
  putOver: PUT,
})

interface Key {
  readonly dataset: number
  readonly id: string
}

const keyOf = ({ dataset, id }: Key) => `${dataset} ${id}`

interface Numbered extends Key {
  readonly fields: string
  readonly seq: number
}

const columnsOf = (rows: readonly Numbered[]) =>
  (['dataset', 'id', 'fields', 'seq'] as const).map(column => rows.map(row => row[column]))

/**
 * The writes of records that are spread over nodes.
 * @param near the node that takes Put calls; all else goes to the coordinator, where jobs have their claims
 */
export function spreadRecordWrites(coordinator: Database, near: Database, underWay: UnderWay): RecordWrites {
  const writes = recordWrites(coordinator, { tells: false })
  const untangled = openUntangled(near)
  const putRows = (statement: Statement, rows: readonly Numbered[]) =>
    untangled(() => near.query<Key>(statement, columnsOf(rows)))
  return {
    put(calls: readonly PutRecords[]) {
      const rows = newestOfEach(calls)
      return underWay.put(calls, rows.length, async (active, seqs) => {
        const numbered = rows
          .map((row, index) => ({ ...row, seq: seqs[index]! }))
          .filter(row => active.has(row.dataset))
        const written = new Set((await putRows(sql.put, numbered)).map(keyOf))
        const left = numbered.filter(row => !written.has(keyOf(row)))
        if (left.length > 0) await putRows(sql.putOver, left)
        const byDataset = Map.groupBy(numbered, ({ dataset }) => dataset)
        return [...byDataset].map(([dataset, ofIt]): Told => {
          return { kind: 'records', dataset, ids: ofIt.toSorted((a, b) => a.place - b.place).map(({ id }) => id) }
        })
      })
    },

    delete: (dataset, ids, before) => underWay.all(dataset, () => writes.delete(dataset, ids, before)),
    stage: writes.stage,
  }
}
