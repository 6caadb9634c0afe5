import type { ImportStore } from '../import-store.ts'
import type { Purging } from '../purging.ts'
import type { Changes } from './changes.ts'
import { ROWS_AT_ONCE } from './copy.ts'
import type { Database } from './database.ts'
import { nextSeq } from './tables/imports.ts'
import type { Writes } from './writes.ts'

/** Only so that the last record of an id is known. More of them at a time would cost the garbage collector more. */
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
    takesInteractionsAsTheyCome: true,
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
