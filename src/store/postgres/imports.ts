import type { Purging } from '../purging.ts'
import type { ImportStore } from '../store.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { importWrites, nextSeq } from './tables/imports.ts'
import { interactionWrites } from './tables/interactions.ts'
import { recordWrites } from './tables/records.ts'

/** Rows of one COPY, some 50 ms, so that its commit costs little. Nobody waits: puts have other connections. */
const ROWS_AT_ONCE = 10_000

/** Bulk imports. */
export function openImports(
  db: Database,
  { told }: Pick<Changes, 'told'>,
  { purge }: Pick<Purging, 'purge'>,
): ImportStore {
  const writes = importWrites(db)
  return {
    rowsAtOnce: ROWS_AT_ONCE,
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
