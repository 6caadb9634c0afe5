import type { Purging } from '../purging.ts'
import type { ImportStore } from '../store.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { importWrites, nextSeq } from './tables/imports.ts'
import { interactionWrites } from './tables/interactions.ts'
import { recordWrites } from './tables/records.ts'

/** Rows of one COPY, some 50 ms, so that its commit costs little. Nobody waits: puts have other connections. */
const ROWS_AT_ONCE = 10_000

/** COPY is as fast with rows in any order. More of them at a time would cost the garbage collector more. */
const ROWS_SORTED = 3 * ROWS_AT_ONCE

/** Each has connections of its own, so that more would take too many. */
const WRITERS = 4

/** Bulk imports. */
export function openImports(
  db: Database,
  { told }: Pick<Changes, 'told'>,
  { purge }: Pick<Purging, 'purge'>,
): ImportStore {
  const writes = importWrites(db)
  return {
    rowsAtOnce: ROWS_AT_ONCE,
    rowsSorted: ROWS_SORTED,
    writers: WRITERS,
    begin: () => nextSeq(db),
    stageRecords: recordWrites(db).stage,
    stageInteractions: interactionWrites(db).stage,
    async publish(dataset, generation) {
      await told(writes.publish(dataset, generation))
      purge()
    },
    merge: (dataset, generation) => told(writes.merge(dataset, generation)),
    async discard(dataset, generation) {
      await writes.discard(dataset, generation)
      purge()
    },
  }
}
