import { mkdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { openShown } from '../recent-recommendations.ts'
import { rememberReads } from '../resource-cache.ts'
import type { FoundInteraction } from '../rows.ts'
import { oneAfterTheOther } from '../serialize.ts'
import type { BatchListener, Change, Claims, Store, StoreHandle } from '../store.ts'
import { identityOf, lockDirectory, openForReading } from './database.ts'
import { writeRows } from './puts/log.ts'
import { applyPuts, openPendingPuts, type PendingPuts } from './puts/unapplied.ts'
import { countInteractions, countRepeated, interactionReads, scanInteractions } from './tables/interactions.ts'
import { packValues } from './tables/packs.ts'
import { bulkRecordValues, recordReads, scanRecords } from './tables/records.ts'
import { resourceReads } from './tables/resources.ts'
import { explained, inWords, isLasting, namingFile, watchFiles } from './trouble.ts'
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
export async function openSqliteStore(dataDir: string, onBatch?: BatchListener): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unlock = lockDirectory(dataDir)
  const path = `${dataDir}/personalite.sqlite`
  const thread = new Worker(new URL('./writer.ts', import.meta.url), { workerData: { path } })
  try {
    await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
  } catch (error) {
    unlock()
    throw namingFile(error, path)
  }
  const listeners = new Map<(change: Change) => void, (dataset: number) => boolean>()
  const tell = (change: Change) => {
    for (const [listener, isOfInterest] of listeners)
      if (!('rows' in change) || isOfInterest(change.dataset)) listener(change)
  }
  thread.on('message', tell)
  const watch: Store['watch'] = (listener, isOfInterest = () => true) => {
    listeners.set(listener, isOfInterest)
    return () => void listeners.delete(listener)
  }
  const connect = (isShared: boolean): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    thread.postMessage({ connect: port2, isShared }, [port2])
    return port1
  }
  const writer = new WriterClient(connect(false), onBatch)
  thread.on('error', error => writer.fail(error as Error))
  const checkpointer = new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: { path } })
  checkpointer.on('error', () => {}) // then the writer makes its own checkpoints, later
  const exits = [checkpointer, thread].map(worker => new Promise(resolve => worker.once('exit', resolve)))
  const closeThreads = async () => {
    checkpointer.postMessage('close')
    await exits[0]
    thread.postMessage('close')
    await exits[1]
    unlock()
  }
  try {
    return assemble({ path, writer, pending: openPendingPuts(writer), tell, watch, connect, closeThreads })
  } catch (error) {
    await closeThreads()
    throw namingFile(error, path)
  }
}

/** The store in a worker thread, from the handle of `share()`. Closing it leaves the store open elsewhere. */
export function openSharedSqliteStore(handle: StoreHandle): Store {
  const { path, port } = handle as SqliteHandle
  return assemble({
    path,
    writer: new WriterClient(port),
    tell: () => {},
    watch: () => () => {},
    connect() {
      throw new Error('a shared store is not shared again')
    },
    closeThreads: async () => {},
  })
}

interface Parts extends Pick<Store, 'watch'> {
  readonly path: string
  readonly writer: WriterClient
  readonly pending?: PendingPuts
  tell(change: Change): void
  connect(isShared: boolean): MessagePort
  closeThreads(): Promise<void>
}

function assemble({ path, writer, pending, tell, watch, connect, closeThreads }: Parts): Store {
  const db = openForReading(path)
  const identity = identityOf(db)
  let damage: string | undefined
  const found = (hindrance: string) => {
    if (isLasting(hindrance)) damage ??= hindrance
  }
  const resources = inWords(resourceReads(db), found)
  const records = inWords(recordReads(db, pending), found)
  const interactions = inWords(interactionReads(db), found)
  const look = watchFiles(path)
  const snapshot = <Row>(scan: (own: DatabaseSync) => Iterable<Row>) => snapshotOf(path, scan, found)
  let closing = false
  let purging: Promise<void> | undefined
  let closed: Promise<void> | undefined

  const purge = async () => {
    while (!closing && (await writer.write('purgeSome', {})));
  }
  const purgeInBackground = () => {
    // Another round after the one under way: that one may have passed by rows queued just now.
    purging = (purging ?? Promise.resolve()).then(purge).catch(() => {})
    return purging
  }
  const toldOf = async <Result>(arn: string, write: Promise<Result>): Promise<Result> => {
    const result = await write
    tell({ kind: 'resource', arn })
    return result
  }
  const close = async () => {
    closing = true
    pending?.close()
    await purging
    await writer.close()
    db.close()
    await closeThreads()
  }
  const reads: Store['known'] = {
    get: async arn => resources.get(arn),
    list: async query => resources.list(query),
  }
  const store: Store = {
    identity,
    trouble: () => look() ?? writer.trouble ?? damage,
    resources: {
      ...reads,
      count: async (query, atMost) => resources.count(query, atMost),
      tally: async () => resources.tally(),
      unfinished: async () => resources.unfinished(),
      create: resource => toldOf(resource.arn, writer.write('createResource', resource)),
      update: (arn, change) => toldOf(arn, writer.write('updateResource', { arn, change })),
      async remove(arn) {
        await toldOf(arn, writer.write('removeResource', { arn }))
        purgeInBackground()
      },
    },
    // A thread that shares the store is told of no changes.
    known: pending ? rememberReads(reads, { watch }) : reads,
    records: {
      async put(dataset, rows) {
        if (pending) await pending.put(dataset, rows)
        else await writer.write('putRecords', { dataset, rows: writeRows(rows) })
        if (!pending) await applyPuts(writer)
        tell({ dataset, kind: 'records', rows })
      },
      async get(dataset, id) {
        if (!pending) await applyPuts(writer)
        return records.get(dataset, id)
      },
      async latest(dataset, limit) {
        await applyPuts(writer)
        return records.latest(dataset, limit)
      },
      async *scan(dataset, ingestion) {
        await applyPuts(writer)
        yield* snapshot(own => scanRecords(own, dataset, ingestion))
      },
      async count(dataset, ingestion) {
        await applyPuts(writer)
        return records.count(dataset, ingestion)
      },
      async delete(dataset, ids, before) {
        await applyPuts(writer)
        return writer.write('deleteRecords', { dataset, ids, before })
      },
    },
    interactions: {
      async put(dataset, rows) {
        const { seqs, repeats } = await writer.write('putInteractions', { dataset, interactions: rows })
        const stored = rows.map((row, i): FoundInteraction => {
          return { ...row, ingestion: 'PUT', seq: seqs[i]!, repeated: repeats.includes(i) }
        })
        tell({ dataset, kind: 'interactions', rows: stored.filter(({ seq }) => seq > 0) })
      },
      ofUser: async (dataset, userId, limit) => interactions.ofUser(dataset, userId, limit),
      ofUserByType: async (dataset, userId, limit, isWanted) =>
        interactions.ofUserByType(dataset, userId, limit, isWanted),
      latest: async (dataset, limit) => interactions.latest(dataset, limit),
      after: async (dataset, seq, limit) => interactions.after(dataset, seq, limit),
      scan: (dataset, ingestion) => snapshot(own => scanInteractions(own, dataset, ingestion)),
      count: (dataset, ingestion) => sum(snapshot(own => countInteractions(own, dataset, ingestion))),
      duplicates: async dataset => interactions.duplicates(dataset),
      repeated: dataset => sum(snapshot(own => countRepeated(own, dataset))),
      deleteUsers: (dataset, userIds, before) => writer.write('deleteUsersInteractions', { dataset, userIds, before }),
    },
    imports: {
      begin: () => writer.write('nextSeq', {}),
      stageRecords: (dataset, generation, rows, seq = generation) =>
        writer.write('stageRecords', { dataset, generation, seq, values: bulkRecordValues(rows) }),
      stageInteractions: (dataset, generation, rows, seq = generation) =>
        writer.write('stageInteractions', { dataset, generation, seq, values: packValues(rows) }),
      async publish(dataset, generation) {
        await writer.write('publishImport', { dataset, generation })
        purgeInBackground()
      },
      async merge(dataset, generation) {
        while (await writer.write('mergeSome', { dataset, generation }));
      },
      async discard(dataset, generation) {
        await writer.write('discardImport', { dataset, generation })
        purgeInBackground()
      },
    },
    claims: ALL_JOBS,
    shown: openShown(),
    nextSeq: () => writer.write('nextSeq', {}),
    exclusively: oneAfterTheOther(),
    purge: purgeInBackground,
    watch,
    // Listeners are told before a write is acknowledged.
    catchUp: async () => {},
    share() {
      const port = connect(true)
      return { handle: { driver: 'sqlite', path, port } as SqliteHandle, transfer: [port] }
    },
    close() {
      closed ??= close()
      return closed
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
  return store
}

/** No other process has the store open, so that every job is this one's. */
const ALL_JOBS: Claims = {
  take: async () => true,
  keep: async jobs => jobs,
  release: async () => {},
}

/** The rows of one moment, however long it takes to read them: they come from a read transaction of their own. */
async function* snapshotOf<Row>(
  path: string,
  scan: (db: DatabaseSync) => Iterable<Row>,
  found: (hindrance: string) => void,
): AsyncGenerator<Row> {
  let db: DatabaseSync | undefined
  try {
    db = openForReading(path)
    db.exec('BEGIN')
    yield* scan(db)
  } catch (error) {
    throw explained(error, found)
  } finally {
    db?.close()
  }
}

/** Added up between two looks at the event loop, so that requests are answered meanwhile: some 2 ms. */
const SLICE = 1000

async function sum(counts: AsyncIterable<number>): Promise<number> {
  let total = 0
  let added = 0
  for await (const count of counts) {
    total += count
    if (++added % SLICE === 0) await setImmediate()
  }
  return total
}
