import { access } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Dataset } from '../../datasets/of-group.ts'
import type { Store } from '../../store/store.ts'
import type { ReportProgress } from '../families/family.ts'
import { inChunks } from '../snapshots/chunk.ts'
import { type KeptSnapshots, snapshotsIn } from '../snapshots/folder.ts'
import { keepSnapshot } from '../snapshots/keep-snapshot.ts'
import { eventsUntil } from '../snapshots/range.ts'
import type { Bounds } from './ceilings.ts'
import type { EventChunk } from './events.ts'

/** The events of a dataset as a training reads them, each time all. */
export interface EventSource extends AsyncDisposable {
  /** How many there are, roughly. */
  readonly total: number
  /** The number of the newest that was put; all up to it are there. */
  readonly seq: number
  read(): AsyncIterable<EventChunk>
}

interface Sources {
  readonly store: Store
  readonly dataset: Dataset
  /** No snapshot is kept unless given. */
  readonly snapshots?: KeptSnapshots | undefined
  readonly bounds: Pick<Bounds, 'memory'>
  readonly report: ReportProgress
}

/** Opens the snapshot of a dataset's events where it has many, else the store. */
export async function openEvents({ store, dataset, snapshots, bounds, report }: Sources): Promise<EventSource> {
  const path = snapshots && snapshotsIn(snapshots.dataDir).pathOf(dataset.id)
  // To count a billion events takes minutes, too.
  const isKept = path !== undefined && (await access(path).then(...IS_THERE))
  const total = isKept ? 0 : await store.interactions.count(dataset.id, 'ALL')
  if (path !== undefined && (isKept || total >= snapshots!.least)) {
    const file = await keepSnapshot({
      path,
      store,
      dataset,
      readers: READERS,
      memory: bounds.memory,
      report: done => report({ phase: 'copying', done, total }),
    })
    if (file)
      return {
        total: file.events,
        seq: file.seq,
        read: () => file.read(),
        [Symbol.asyncDispose]: file[Symbol.asyncDispose],
      }
  }
  // Of later ones a scan may have one and not another with a lower number. The model is told of them when it is loaded.
  const seq = await store.interactions.settled(dataset.id)
  const scan = () => eventsUntil(store.interactions.scan(dataset.id, 'ALL'), seq)
  return { total, seq, read: () => inChunks(scan()), async [Symbol.asyncDispose]() {} }
}

/** More threads are not faster, since PostgreSQL has work to do as well. */
const READERS = Math.min(4, availableParallelism())

const IS_THERE = [() => true, () => false] as const
