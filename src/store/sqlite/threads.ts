import { MessageChannel, Worker } from 'node:worker_threads'
import type { MigrationListener, MigrationProgress } from '../migrations.ts'
import type { BatchListener } from '../options.ts'
import { type Change, StoreError } from '../store.ts'
import { hearAnnouncements, newCounter } from './announcements.ts'
import { ENDED } from './trouble.ts'
import { WriterClient } from './writer-client.ts'

/** The two threads of an embedded store: the one that writes, and the one that makes checkpoints beside it. */
export interface StoreThreads {
  /** For this thread's writes. */
  client(onBatch: BatchListener | undefined): WriterClient
  /** Resolves when all changes that the writer announced before the call are told of. */
  catchUp(): Promise<void>
  /** Resolves when the writer has ended by itself. */
  readonly ended: Promise<StoreError>
  close(): Promise<void>
}

/**
 * Resolves when the writer thread has opened the database.
 * @param tell is told of changes that no client in this thread announces
 * @param migrating is told how far the tables are that are brought up to date
 * @throws Error where the writer cannot open it
 */
export async function startThreads(
  path: string,
  tell: (change: Change) => void,
  migrating: MigrationListener = () => {},
): Promise<StoreThreads> {
  const counter = newCounter()
  const writer = new Worker(new URL('./writer.ts', import.meta.url), { workerData: { path, counter } })
  await untilOpen(writer, migrating)
  const catchUp = hearAnnouncements(writer, counter, tell)
  const checkpointer = new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: { path } })
  checkpointer.on('error', () => {}) // then the writer makes its own checkpoints, later
  const exits = [checkpointer, writer].map(worker => new Promise(resolve => worker.once('exit', resolve)))
  // Of a store that is emptied again and again, only the last client is open.
  let client: WriterClient | undefined
  const ended = untilEnded(writer)
  void ended.then(error => client?.lose(error))
  return {
    client(onBatch) {
      const { port1, port2 } = new MessageChannel()
      writer.postMessage({ connect: port2 }, [port2])
      client = new WriterClient(port1, onBatch)
      return client
    },
    catchUp,
    ended,
    async close() {
      checkpointer.postMessage('close')
      await exits[0]
      writer.postMessage('close')
      await exits[1]
    },
  }
}

/** Resolves when the writer says that it is ready. Before that it tells how far the migrations are. */
async function untilOpen(writer: Worker, migrating: MigrationListener): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const hear = (message: MigrationProgress | 'ready') => (message === 'ready' ? resolve() : migrating(message))
  writer.on('message', hear).once('error', reject)
  try {
    await promise
  } finally {
    writer.off('message', hear).off('error', reject)
  }
}

/** Resolves when the writer ends without being told to: by a fault, which is the cause then, or by a signal. */
function untilEnded(writer: Worker): Promise<StoreError> {
  const { promise, resolve } = Promise.withResolvers<StoreError>()
  writer.once('error', cause => resolve(new StoreError('unavailable', ENDED, { cause })))
  writer.once('exit', code => {
    if (code !== 0) resolve(new StoreError('unavailable', ENDED))
  })
  return promise
}
