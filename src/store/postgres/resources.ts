import type { Clock } from '../../clock.ts'
import type { Purging } from '../purging.ts'
import type { ResourceStore } from '../resource-store.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { resourceReads, resourceWrites } from './tables/resources.ts'

/** Everything that has an ARN. */
export function openResources(
  db: Database,
  clock: Clock,
  { told }: Pick<Changes, 'told'>,
  { purge }: Pick<Purging, 'purge'>,
): ResourceStore {
  const writes = resourceWrites(db, clock)
  return {
    ...resourceReads(db),
    create: resource => told(writes.create(resource)),
    update: (arn, change) => told(writes.update(arn, change)),
    async remove(arn) {
      await told(writes.remove(arn))
      purge()
    },
  }
}
