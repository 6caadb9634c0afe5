import { rm } from 'node:fs/promises'
import { resourceLimits, Worker } from 'node:worker_threads'
import type { RangeOfUsers } from '../../store/ranges.ts'
import type { Store } from '../../store/store.ts'
import { eventsUntil, type RangeReading } from './range.ts'
import { openSnapshot, type SnapshotWriter } from './snapshot-file.ts'

/** How a dataset is read whole. */
interface WholeReading {
  readonly store: Store
  readonly dataset: number
  /** The number of the newest event that is taken: which later ones would be read is a matter of chance. */
  readonly until: number
  /** The name of the file that is written; those of the readers begin with it. */
  readonly part: string
  /** How many threads may read at the same time. */
  readonly readers: number
  readonly report: (events: number) => void
}

/** Reads a dataset from the store into a file: by ranges of users at the same time where the store is faster so. */
export async function readAll(writer: SnapshotWriter, reading: WholeReading): Promise<void> {
  const { store, dataset, until, readers, report } = reading
  await store.interactions.inRangesOfUsers(dataset, readers, async ranges => {
    if (ranges.length > 1) await readInThreads(writer, reading, ranges)
    else await writer.put(eventsUntil(store.interactions.scan(dataset, 'ALL'), until, report))
  })
}

async function readInThreads(
  writer: SnapshotWriter,
  { store, dataset, until, part, report }: WholeReading,
  ranges: readonly RangeOfUsers[],
): Promise<void> {
  const paths = ranges.map((_, at) => `${part}.${at}.part`)
  let events = 0
  const more = (count: number) => {
    events += count
    report(events)
  }
  try {
    const ended = await Promise.allSettled(
      ranges.map((range, at) => {
        const { handle, transfer } = store.share()
        const workerData: RangeReading = { handle, dataset, range, until, path: paths[at]! }
        const transferList = [...transfer]
        return readInThread(
          new Worker(new URL('./range-thread.ts', import.meta.url), { workerData, transferList, resourceLimits }),
          more,
        )
      }),
    )
    for (const end of ended) if (end.status === 'rejected') throw end.reason
    for (const path of paths) {
      await using file = await openSnapshot(path)
      for await (const chunk of file!.read()) await writer.copy(chunk, 0, chunk.users.length)
    }
  } finally {
    for (const path of paths) await rm(path, { force: true })
  }
}

/** Resolves when the thread has ended, and its file is there. */
function readInThread(thread: Worker, more: (events: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.on('message', more)
    thread.once('error', reject)
    thread.once('exit', () => resolve())
  })
}
