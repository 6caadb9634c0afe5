import type { InteractionStore } from '../interaction-store.ts'
import type { BatchListener } from '../options.ts'
import { Batches } from './batches.ts'
import type { Changes } from './changes.ts'
import type { InteractionReads, PutInteractions } from './tables/interactions.ts'
import type { Writes } from './writes.ts'

/** Interactions and action interactions. Calls that wait are put together, in one statement. */
export function openInteractions(
  reads: InteractionReads & Pick<InteractionStore, 'history'>,
  writes: Writes['interactions'],
  { told }: Pick<Changes, 'told'>,
  onBatch: BatchListener | undefined,
): InteractionStore & Pick<Batches<PutInteractions>, 'close'> {
  const batches = new Batches<PutInteractions>(writes.put, { onBatch })
  return {
    ...reads,
    histories: (dataset, userIds, limit) => Promise.all(userIds.map(userId => reads.history(dataset, userId, limit))),
    put: (dataset, interactions) => told(batches.add({ dataset, interactions })),
    deleteUsers: (dataset, userIds, before) => told(writes.deleteUsers(dataset, userIds, before)),
    expire: writes.expire,
    async settled(dataset) {
      const [newest] = await reads.latest(dataset, 1)
      await writes.ended()
      return newest?.seq ?? 0
    },
    close: () => batches.close(),
  }
}
