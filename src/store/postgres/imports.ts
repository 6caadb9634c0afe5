import type { Purging } from '../purging.ts'
import type { ImportStore } from '../store.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { nextSeq } from './tables/imports.ts'
import type { Writes } from './writes.ts'

/** Rows of one COPY, some 50 ms, so that its commit costs little. Nobody waits: puts have other connections. */
const ROWS_AT_ONCE = 10_000

/** COPY is as fast with rows in any order. More of them at a time would cost the garbage collector more. */
const ROWS_SORTED = 3 * ROWS_AT_ONCE

/** Each has connections of its own, so that more would take too many. */
const WRITERS = 4

/** Bulk imports. */
export function openImports(
  db: Database,
  writes: Writes,
  { told }: Pick<Changes, 'told'>,
  { purge }: Pick<Purging, 'purge'>,
): ImportStore {
  return {
    rowsAtOnce: ROWS_AT_ONCE,
    rowsSorted: ROWS_SORTED,
    writers: WRITERS,
    begin: () => nextSeq(db),
    stageRecords: writes.records.stage,
    stageInteractions: writes.interactions.stage,
    async publish(dataset, generation) {
      await told(writes.imports.publish(dataset, generation))
      purge()
    },
    merge: (dataset, generation) => told(writes.imports.merge(dataset, generation)),
    async discard(dataset, generation) {
      await writes.imports.discard(dataset, generation)
      purge()
    },
  }
}
