import type { Clock } from '../../clock.ts'
import type { Listeners } from '../listeners.ts'
import type { Purging } from '../purging.ts'
import type { ResourceStore } from '../resource-store.ts'
import type { Reading } from './reading.ts'
import { resourceReads } from './tables/resources.ts'
import type { WriterClient } from './writer-client.ts'

/** Everything that has an ARN: read in this thread, written by the writer. */
export function openResources(
  reading: Reading,
  writer: WriterClient,
  clock: Clock,
  { tell }: Pick<Listeners, 'tell'>,
  { purge }: Pick<Purging, 'purge'>,
): ResourceStore {
  const told = async <Result>(arn: string, write: Promise<Result>): Promise<Result> => {
    const result = await write
    tell({ kind: 'resource', arn })
    return result
  }
  return {
    ...reading.reads(resourceReads),
    create: resource => told(resource.arn, writer.write('createResource', { ...resource, at: clock.stoppedAt })),
    update: (arn, change) => told(arn, writer.write('updateResource', { arn, change, at: clock.stoppedAt })),
    async remove(arn) {
      await told(arn, writer.write('removeResource', { arn }))
      purge()
    },
  }
}
