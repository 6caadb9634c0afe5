import { type Database, statements } from '../database.ts'
import { newestOfEach, type PutRecords, type RecordWrites, recordWrites } from '../tables/records.ts'
import type { Told, UnderWay } from './under-way.ts'

const sql = statements('spread records', {
  // In the order of keys, and shard after shard: then no two servers wait for each other.
  put: `
    INSERT INTO records (dataset, source, id, seq, fields)
    SELECT dataset, 0, id, seq, fields
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS given (dataset, id, fields, seq)
    ORDER BY dataset, id
    ON CONFLICT (dataset, source, id)
    DO UPDATE SET seq = greatest(records.seq + 1, excluded.seq), fields = excluded.fields`,
})

/**
 * The writes of records that are spread over nodes.
 * @param near the node that takes Put calls; all else goes to the coordinator, where jobs have their claims
 */
export function spreadRecordWrites(coordinator: Database, near: Database, underWay: UnderWay): RecordWrites {
  const writes = recordWrites(coordinator, { tells: false })
  return {
    put(calls: readonly PutRecords[]) {
      const rows = newestOfEach(calls)
      return underWay.put(calls, rows.length, async (active, seqs) => {
        const numbered = rows
          .map((row, index) => ({ ...row, seq: seqs[index]! }))
          .filter(row => active.has(row.dataset))
        await near.query(sql.put, [
          numbered.map(({ dataset }) => dataset),
          numbered.map(({ id }) => id),
          numbered.map(({ fields }) => fields),
          numbered.map(({ seq }) => seq),
        ])
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
