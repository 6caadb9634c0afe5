import type { ImportStore } from '../import-store.ts'
import type { Purging } from '../purging.ts'
import { packValues } from './tables/packs.ts'
import { bulkRecordValues } from './tables/records.ts'
import type { WriterClient } from './writer-client.ts'

/**
 * Rows of one transaction, some 5 ms: a Put* call waits for the one being written and the one at the writer behind it.
 * At its end SQLite looks through its whole cache of pages, half a millisecond and more, whether the rows were few or
 * many.
 */
const ROWS_AT_ONCE = 2000

/** Each run of sorted rows changes all of the pages that those before it filled, so few long ones cost least. */
const ROWS_SORTED = 400_000

/** Bulk imports, all by the writer. It notifies watchers of the rows that it publishes or merges. */
export function openImports(writer: WriterClient, { purge }: Pick<Purging, 'purge'>): ImportStore {
  return {
    rowsAtOnce: ROWS_AT_ONCE,
    rowsSorted: ROWS_SORTED,
    takesInteractionsAsTheyCome: false,
    writers: 1,
    begin: () => writer.write('nextSeq', {}),
    stageRecords: (dataset, generation, rows, seq = generation) =>
      writer.write('stageRecords', { dataset, generation, seq, values: bulkRecordValues(rows) }),
    stageInteractions: (dataset, generation, rows, seq = generation) =>
      writer.write('stageInteractions', { dataset, generation, seq, values: packValues(rows) }),
    async publish(dataset, generation) {
      await writer.write('publishImport', { dataset, generation })
      purge()
    },
    async merge(dataset, generation) {
      while (await writer.write('mergeSome', { dataset, generation }));
    },
    async discard(dataset, generation) {
      await writer.write('discardImport', { dataset, generation })
      purge()
    },
  }
}
