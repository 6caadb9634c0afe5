import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Dataset } from '../../datasets/of-group.ts'
import { compareBytes } from '../../store/order.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { since } from './chunk.ts'
import { originOf, type SnapshotOrigin, sameOrigin } from './origin.ts'
import { readAll } from './read-all.ts'
import {
  DamagedSnapshot,
  openSnapshot,
  type SnapshotFile,
  type SnapshotHead,
  type SnapshotWriter,
  writeSnapshot,
} from './snapshot-file.ts'

/** Where the snapshot of a dataset is, and from how many events on there is one. */
export interface SnapshotPlace {
  readonly path: string
  readonly store: Store
  readonly dataset: Dataset
  /** How many threads may read the store at the same time. */
  readonly readers: number
  /** Is called now and then with how many of the store's events were read. */
  readonly report: (events: number) => void
}

/**
 * Numbers are drawn before a write is seen: by another server, or while it waits in the log of the embedded store. So
 * the events with the last numbers of a file are looked at once more. As many are put in some seconds at most.
 */
const OVERLAP = 100_000
/** Where more users than this have new events, to read everything takes as long. */
const CHANGED_MAX = 2_000_000
/** An import or a deletion may come while a file is brought up to date. */
const TRIES = 3
const AT_ONCE = 1000
const LONG_AGO = Number.NEGATIVE_INFINITY

/**
 * Opens the snapshot of a dataset on this machine, with all that the store has acknowledged before the call. It is
 * brought up to date by the events that were put since, or made anew after an import or a deletion. Undefined where
 * imports or deletions change the dataset all the time, or the disk has no room: then the store itself is to be read.
 */
export async function keepSnapshot(place: SnapshotPlace): Promise<SnapshotFile | undefined> {
  const { path } = place
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
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
  const { path, store, dataset, report } = place
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const [newest] = await store.interactions.latest(dataset.id, 1)
  const until = newest?.seq ?? 0
  const expired = await store.interactions.expiredBefore(dataset.id)
  await using file = await openSnapshot(path)
  const old = file && isEarlier(file, { of, seq: until, expired }) ? young(file, expired) : undefined
  const late = await lateEvents(store, dataset, old ? old.seq : until)
  if (old && late.isKnown && old.seq === until && old.late === late.count) return until
  const changed = old && late.isKnown && late.users && [...late.users].sort(compareBytes)
  const isNew = ({ ingestion, seq }: FoundInteraction) => ingestion === 'PUT' && seq > until
  await writeSnapshot(path, part, async writer => {
    if (changed) await merge(writer, old, changed, isNew, place)
    else await readAll(writer, { store, dataset: dataset.id, until, part, readers: place.readers, report })
    const { count } = old ? await lateEvents(store, dataset, until) : late
    return { of, seq: until, late: count, expired }
  })
  return until
}

/** Whether a file is of the same data as they were before. */
function isEarlier(file: SnapshotFile, { of, seq, expired = LONG_AGO }: Omit<SnapshotHead, 'late'>): boolean {
  return sameOrigin(file.of, of) && file.seq <= seq && (file.expired ?? LONG_AGO) <= expired
}

/** The events that a file up to a number may lack. */
interface LateEvents {
  /** How many have one of the last numbers up to it. */
  readonly count: number
  /**
   * The users of these and of all newer ones, and the sessions of these, whose anonymous events are a user's by now.
   * Undefined where they are too many.
   */
  readonly users: ReadonlySet<string> | undefined
  /** Whether the event with this number is there. A store that was restored from a backup may lack it. */
  readonly isKnown: boolean
}

async function lateEvents({ interactions }: Store, { id }: Dataset, last: number): Promise<LateEvents> {
  const users = new Set<string>()
  let isKnown = last === 0
  let count = 0
  for (let from = Math.max(0, last - OVERLAP); ; ) {
    const found = await interactions.after(id, from, AT_ONCE)
    for (const { userId, sessionId, seq } of found) {
      if (seq <= last) count++
      isKnown ||= seq === last
      users.add(userId)
      if (sessionId !== null) users.add(sessionId)
    }
    if (users.size > CHANGED_MAX) return { count, users: undefined, isKnown }
    if (found.length < AT_ONCE) return { count, users, isKnown }
    from = found.at(-1)!.seq
  }
}

/** Writes the events of the file, but of the changed users those that the store has now. */
async function merge(
  writer: SnapshotWriter,
  old: SnapshotFile,
  changed: readonly string[],
  isNew: (event: FoundInteraction) => boolean,
  { store, dataset, report }: SnapshotPlace,
): Promise<void> {
  const isChanged = new Set(changed)
  let [next, read] = [0, 0]
  const historyOf = readAhead(changed, id => store.interactions.ofUser(dataset.id, id, Number.MAX_SAFE_INTEGER))
  const isNextBefore = (userId: string | undefined) =>
    next < changed.length && (userId === undefined || compareBytes(changed[next]!, userId) < 0)
  const putUpTo = async (userId: string | undefined) => {
    while (isNextBefore(userId)) {
      const found = await historyOf(next++)
      read += found.length
      await writer.put(found.toReversed().filter(event => !isNew(event)))
      report(read)
    }
  }
  for await (const chunk of old.read()) {
    let from = 0
    for (const [user, userId] of chunk.users.entries()) {
      if (!isNextBefore(userId) && !isChanged.has(userId)) continue
      await writer.copy(chunk, from, user)
      await putUpTo(userId)
      from = isChanged.has(userId) ? user + 1 : user
    }
    await writer.copy(chunk, from, chunk.users.length)
  }
  await putUpTo(undefined)
}

/** As many histories are asked for at a time as a job has connections. */
const AHEAD = 6

/** Returns what is read for the key at a place, of one place after the other; the next ones are asked for meanwhile. */
function readAhead<Read>(keys: readonly string[], read: (key: string) => Promise<Read>): (at: number) => Promise<Read> {
  const asked: Promise<Read>[] = []
  return at => {
    while (asked.length < Math.min(keys.length, at + AHEAD)) {
      const next = read(keys[asked.length]!)
      next.catch(() => {}) // thrown where it is awaited
      asked.push(next)
    }
    const found = asked[at]!
    delete asked[at]
    return found
  }
}
