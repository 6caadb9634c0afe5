import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Dataset } from '../../datasets/of-group.ts'
import { makeFolder } from '../../files/make-folder.ts'
import type { Store } from '../../store/store.ts'
import { NUMBERS_MAX } from '../training/numbering.ts'
import { since } from './chunk.ts'
import { merge } from './merge.ts'
import { readNewEvents } from './new-events.ts'
import { originOf, type SnapshotOrigin, sameOrigin } from './origin.ts'
import { readAll } from './read-all.ts'
import { DamagedSnapshot, openSnapshot, type SnapshotFile, type SnapshotHead, writeSnapshot } from './snapshot-file.ts'

/** Where the snapshot of a dataset is, and from how many events on there is one. */
interface SnapshotPlace {
  readonly path: string
  readonly store: Store
  readonly dataset: Dataset
  /** How many threads may read the store at the same time. */
  readonly readers: number
  /** In bytes, for what has come since; no bound where it is left out. */
  readonly memory?: number | undefined
  /** Is called now and then with how many of the store's events were read. */
  readonly report: (events: number) => void
}

/** An import or a deletion may come while a file is brought up to date. */
const TRIES = 3
/**
 * The most new events that are held: more for a larger file, and no more than there is memory for. An event and its
 * place in maps take up to 400 bytes.
 */
const NEW_MAX = 2_000_000
const NEW_SHARE = 0.05
const NEW_BYTES = 400
/** V8's maps have room for no more users. */
const NEW_CEILING = NUMBERS_MAX - 1
const LONG_AGO = Number.NEGATIVE_INFINITY

/**
 * Opens the snapshot of a dataset on this machine, with all that the store has acknowledged before the call. It is
 * brought up to date by the events that were put since, or made anew after an import or a deletion. Undefined where
 * imports or deletions change the dataset all the time, or the disk has no room: then the store itself is to be read.
 */
export async function keepSnapshot(place: SnapshotPlace): Promise<SnapshotFile | undefined> {
  const { path } = place
  makeFolder(dirname(path))
  for (let tried = 0; tried < TRIES; tried++)
    try {
      const file = await keepOnce(place)
      if (file) return file
    } catch (error) {
      await rm(path, { force: true })
      if (isOfDisk(error)) return undefined
      if (!(error instanceof DamagedSnapshot)) throw error
    }
  return undefined
}

/** Undefined where an import, a deletion or another training came meanwhile. */
async function keepOnce(place: SnapshotPlace): Promise<SnapshotFile | undefined> {
  const { path, store, dataset } = place
  const origin = await originOf(store, dataset)
  const until = await bringUpToDate(place, origin)
  const file = await openSnapshot(path)
  const isUnchanged = sameOrigin(origin, await originOf(store, dataset))
  // Another training may have put an older one in its place.
  if (file && isUnchanged && sameOrigin(file.of, origin) && file.seq >= until)
    return young(file, await store.interactions.expiredBefore(dataset.id))
  await file?.[Symbol.asyncDispose]()
  if (!isUnchanged) await rm(path, { force: true })
  return undefined
}

/** The same without the events that were deleted for their age since it was written. */
function young(file: SnapshotFile, expired: number | undefined): SnapshotFile {
  if (expired === undefined || expired === file.expired) return file
  async function* read() {
    for await (const chunk of file.read()) yield since(chunk, expired!)
  }
  return { ...file, read }
}

const isOfDisk = (error: unknown) => ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes((error as { code: string }).code)

/** Returns the number up to which the file has the events that were put. */
async function bringUpToDate(place: SnapshotPlace, of: SnapshotOrigin): Promise<number> {
  const { path, store, dataset, readers, memory = Number.POSITIVE_INFINITY, report } = place
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const until = await store.interactions.settled(dataset.id)
  const expired = await store.interactions.expiredBefore(dataset.id)
  await using file = await openSnapshot(path)
  const old = file && isEarlier(file, { of, seq: until, expired }) ? young(file, expired) : undefined
  const most = Math.min(Math.max(NEW_MAX, NEW_SHARE * (old?.events ?? 0)), memory / NEW_BYTES, NEW_CEILING)
  const news = old && (await readNewEvents(store, dataset.id, { last: old.seq, until, most }))
  if (old && news?.isKnown && old.seq === until) return until
  await writeSnapshot(path, part, async writer => {
    if (old && news?.isKnown) {
      await merge(writer, old, { store, dataset, news, until, report })
      return { of, seq: until, expired }
    }
    await readAll(writer, { store, dataset: dataset.id, until, part, readers, report })
    return { of, seq: until, expired }
  })
  return until
}

/** Whether a file is of the same data as they were before. */
function isEarlier(file: SnapshotFile, { of, seq, expired = LONG_AGO }: SnapshotHead): boolean {
  return sameOrigin(file.of, of) && file.seq <= seq && (file.expired ?? LONG_AGO) <= expired
}
