import type { BatchListener } from '../options.ts'
import type { RecordStore } from '../record-store.ts'
import { Batches } from './batches.ts'
import type { Changes } from './changes.ts'
import type { PutRecords, RecordReads, RecordWrites } from './tables/records.ts'

/** Users, items and actions. Calls that wait are put together, in one statement. */
export function openRecords(
  reads: RecordReads & Pick<RecordStore, 'get'>,
  writes: RecordWrites,
  { told }: Pick<Changes, 'told'>,
  onBatch: BatchListener | undefined,
): RecordStore & Pick<Batches<PutRecords>, 'close'> {
  const batches = new Batches<PutRecords>(writes.put, { onBatch })
  return {
    ...reads,
    put: (dataset, records) => told(batches.add({ dataset, records })),
    delete: (dataset, ids, before) => told(writes.delete(dataset, ids, before)),
    close: () => batches.close(),
  }
}
