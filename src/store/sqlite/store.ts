import type { MessagePort } from 'node:worker_threads'
import { type Clock, openClock } from '../../clock.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { type Listeners, NO_LISTENERS, openListeners } from '../listeners.ts'
import type { StoreOptions } from '../options.ts'
import { openPurging } from '../purging.ts'
import { openShown } from '../recent-recommendations.ts'
import { rememberReads } from '../resource-cache.ts'
import { oneAfterTheOther } from '../serialize.ts'
import type { Store, StoreHandle } from '../store.ts'
import { ALL_JOBS } from './claims.ts'
import { identityOf, lockDirectory } from './database.ts'
import { openImports } from './imports.ts'
import { openInteractions } from './interactions.ts'
import { openMarks } from './marks.ts'
import { applyEvents, applyPuts } from './puts/apply.ts'
import { openUnappliedPuts, type UnappliedPuts } from './puts/unapplied.ts'
import { openReading } from './reading.ts'
import { openRecords } from './records.ts'
import { openResources } from './resources.ts'
import { type StoreThreads, startThreads } from './threads.ts'
import { namingFile, watchFiles } from './trouble.ts'
import { WriterClient } from './writer-client.ts'

interface SqliteHandle extends StoreHandle {
  readonly driver: 'sqlite'
  readonly path: string
  readonly port: MessagePort
}

/**
 * Opens the embedded store in a directory of its own, which it makes where it is missing.
 * @throws Error where another process has it open
 */
export async function openSqliteStore(dataDir: string, options: StoreOptions = {}): Promise<Store> {
  const { onBatch, clock = openClock(), migrating } = options
  makeFolder(dataDir)
  const unlock = lockDirectory(dataDir)
  const path = `${dataDir}/personalite.sqlite`
  let listeners = openListeners()
  let threads: StoreThreads | undefined
  const close = async () => {
    await threads?.close()
    unlock()
  }
  try {
    const started = await startThreads(path, change => listeners.tell(change), migrating)
    threads = started
    const { catchUp, ended } = started
    const open = (): Store => {
      const writer = started.client(onBatch)
      listeners = openListeners()
      const unapplied = {
        records: openUnappliedPuts(() => applyPuts(writer)),
        events: openUnappliedPuts(() => applyEvents(writer)),
      }
      return assemble({ path, clock, writer, listeners, unapplied, catchUp, ended, close, openAgain: open })
    }
    return open()
  } catch (error) {
    await close()
    throw namingFile(error, path)
  }
}

/** The store in a worker thread, from the handle of `share()`. Closing it leaves the store open elsewhere. */
export function openSharedSqliteStore(handle: StoreHandle): Store {
  const { path, port, clock } = handle as SqliteHandle
  return assemble({
    path,
    clock: openClock(clock),
    writer: new WriterClient(port),
    listeners: NO_LISTENERS,
    catchUp: async () => {},
    ended: new Promise(() => {}),
    close: async () => {},
  })
}

interface Opened {
  readonly path: string
  readonly clock: Clock
  readonly writer: WriterClient
  readonly listeners: Listeners
  /** Left out in a thread that shares the store. */
  readonly unapplied?: { readonly records: UnappliedPuts; readonly events: UnappliedPuts }
  /** Resolves when the listeners know all that was acknowledged in any thread. */
  catchUp(): Promise<void>
  /** Resolves when the thread that writes has ended by itself; in a thread that shares the store never. */
  readonly ended: Promise<Error>
  /** Closes the connections and threads around the parts. */
  close(): Promise<void>
  /** Builds the store anew on the same threads; left out in a thread that shares the store. */
  openAgain?(): Store
}

/** The store from its parts. */
function assemble(opened: Opened): Store {
  const { path, clock, writer, listeners, unapplied, catchUp, ended, close, openAgain } = opened
  const reading = openReading(path)
  const purging = openPurging(() => writer.write('purgeSome', {}))
  const resources = openResources(reading, writer, clock, listeners, purging)
  const filesGone = watchFiles(path)
  const marks = openMarks()
  listeners.watch(({ kind }) => {
    if (kind === 'all' || kind === 'unknown') marks.noteAll()
  })
  const closeParts = async (last?: () => Promise<void>) => {
    unapplied?.records.close()
    unapplied?.events.close()
    await purging.stop()
    await last?.()
    await writer.close()
    reading.close()
  }
  const closeAll = async () => {
    await closeParts()
    await close()
  }
  let closed: Promise<void> | undefined
  const store: Store = {
    identity: identityOf(reading.db),
    clock,
    ended,
    trouble: () => filesGone() ?? writer.trouble ?? reading.damage(),
    resources,
    // A thread that shares the store is told of no changes.
    known: unapplied ? rememberReads(resources, listeners) : resources,
    records: openRecords(reading, writer, listeners, marks, unapplied?.records),
    interactions: openInteractions(reading, writer, listeners, marks, unapplied?.events),
    imports: openImports(writer, purging),
    claims: ALL_JOBS,
    shown: openShown(),
    nextSeq: () => writer.write('nextSeq', {}),
    exclusively: oneAfterTheOther(),
    purge: purging.purge,
    watch: listeners.watch,
    catchUp,
    // A thread that shares the store hears of no write.
    ...(unapplied && { mark: marks.of }),
    share() {
      const port = writer.connect()
      return { handle: { driver: 'sqlite', path, clock: clock.shared, port } as SqliteHandle, transfer: [port] }
    },
    ...(openAgain && {
      async emptied() {
        closed = closeParts(() => writer.write('emptyAll', {}))
        await closed
        return openAgain()
      },
    }),
    close() {
      closed ??= closeAll()
      return closed
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
  return store
}
