import type { BatchListener, InteractionStore } from '../store.ts'
import { Batches } from './batches.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { interactionReads, interactionWrites, type PutInteractions } from './tables/interactions.ts'

/** Interactions and action interactions. Calls that wait are put together, in one statement. */
export function openInteractions(
  db: Database,
  { told }: Pick<Changes, 'told'>,
  onBatch: BatchListener | undefined,
): InteractionStore & Pick<Batches<PutInteractions>, 'close'> {
  const writes = interactionWrites(db)
  const batches = new Batches<PutInteractions>(writes.put, onBatch)
  return {
    ...interactionReads(db),
    put: (dataset, interactions) => told(batches.add({ dataset, interactions })),
    deleteUsers: (dataset, userIds, before) => told(writes.deleteUsers(dataset, userIds, before)),
    close: () => batches.close(),
  }
}
