import type { BatchListener } from '../options.ts'
import type { InteractionStore } from '../store.ts'
import { Batches } from './batches.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { openExpiry } from './expiry.ts'
import { interactionReads, interactionWrites, type PutInteractions } from './tables/interactions.ts'

/**
 * Interactions and action interactions. Calls that wait are put together, in one statement.
 * @param later where a commit does not wait for the disk
 */
export function openInteractions(
  { db, later }: { readonly db: Database; readonly later: Database },
  { told }: Pick<Changes, 'told'>,
  onBatch: BatchListener | undefined,
): InteractionStore & Pick<Batches<PutInteractions>, 'close'> {
  const writes = interactionWrites(db)
  const batches = new Batches<PutInteractions>(writes.put, onBatch)
  return {
    ...interactionReads(db),
    put: (dataset, interactions) => told(batches.add({ dataset, interactions })),
    deleteUsers: (dataset, userIds, before) => told(writes.deleteUsers(dataset, userIds, before)),
    expire: openExpiry(db, later),
    close: () => batches.close(),
  }
}
