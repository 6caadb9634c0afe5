import type { Transferable } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import type { Claim, ClaimStore } from './claim-store.ts'
import type { ImportStore } from './import-store.ts'
import type { InteractionStore } from './interaction-store.ts'
import type { Shown } from './recent-recommendations.ts'
import type { RecordStore } from './record-store.ts'
import type { ResourceStore } from './resource-store.ts'
import type { StoredRecord, WatchedEvent } from './rows.ts'

/**
 * The store, in the words of the domain. A driver (`sqlite/`) implements it; `store.suite.ts` has the promises of any
 * driver. Everything that a method acknowledges is committed and fsynced.
 */
export interface Store extends AsyncDisposable {
  /** A random id that the store was given when it was made, and keeps: a copy of it, or a backup, has the same. */
  readonly identity: string
  /**
   * Why it is of no use until the server is started anew, on other files or as another version: damage, files that are
   * gone, a database that has moved beyond this version.
   */
  trouble(): string | undefined
  /**
   * Resolves, with the reason, when only a new process can write again: the database has moved beyond this version, or
   * the thread that writes has ended. The cause is a fault, where there is one.
   */
  readonly ended: Promise<Error>
  readonly resources: ResourceStore
  /** The same without a look into a database that others write to: as of the last `catchUp`, or newer. */
  readonly known: Pick<ResourceStore, 'get' | 'list'>
  readonly records: RecordStore
  readonly interactions: InteractionStore
  readonly imports: ImportStore
  readonly claims: ClaimStore
  readonly shown: Shown
  /**
   * Draws a place in the sequence of writes, also after a restart. It is greater than the `seq` of every write
   * acknowledged before the call, and less than that of every put after it has resolved.
   */
  nextSeq(): Promise<number>
  /** Runs it when no other runs, on this server or another that shares the store: for writes that depend on reads. */
  exclusively<Result>(run: () => Promise<Result>): Promise<Result>
  /**
   * Deletes, a little at a time, the rows of deleted datasets and of replaced generations; resolves when none is left.
   */
  purge(): Promise<void>
  /**
   * Notifies of changes made on any server. Once `catchUp` resolves, every acknowledged change has been delivered. A
   * store that `openSharedStore` opened notifies of nothing. Returns a function that ends it.
   * @param isOfRows whether rows that are put into a dataset are delivered; left out, those of none are
   */
  watch(listener: (change: Change) => void, isOfRows?: (dataset: number) => boolean): () => void
  /** Resolves when every watcher knows all changes acknowledged before the call. */
  catchUp(): Promise<void>
  /**
   * A number that changes with each write that may have changed the record or the events of an id in a dataset. It is
   * as of the last `catchUp`. A read after it was taken holds while it is the same. Left out where others write to the
   * database.
   */
  mark?(dataset: number, id: string): number
  /**
   * The handle with which a worker thread opens the same store (`openSharedStore`).
   * @param claim writers there must have this job: writes after another worker took it are refused. In such a thread it
   *   is the thread's own, where it is left out
   */
  share(claim?: Claim): { readonly handle: StoreHandle; readonly transfer: readonly Transferable[] }
  /**
   * Deletes everything, and returns the store to go on with; this one is closed. Its ids and numbers are not used
   * again. No other thread may have the store. Left out where others share it.
   */
  emptied?(): Promise<Store>
  /** The time of new and changed resources, and of all that is judged by time. */
  readonly clock: Clock
  /** Finishes accepted writes, then lets go of the files. */
  close(): Promise<void>
}

/** A change of the store. */
export type Change =
  /** Rows that were put into a dataset. */
  | { readonly kind: 'records'; readonly dataset: number; readonly rows: readonly StoredRecord[] }
  /** Events that were put into a dataset, those that are stored and not `repeated`, in the order of their numbers. */
  | { readonly kind: 'interactions'; readonly dataset: number; readonly rows: readonly WatchedEvent[] }
  /** A bulk import or a deletion: any row of the dataset may have changed. */
  | { readonly kind: 'all'; readonly dataset: number }
  /** A resource was created, updated or removed. */
  | { readonly kind: 'resource'; readonly arn: string }
  /** The store could not be reached for too long: anything may have changed. */
  | { readonly kind: 'unknown' }

/** Opaque to all but the driver; survives being posted to a worker thread. */
export interface StoreHandle {
  readonly driver: string
  /** Of the store's clock. */
  readonly clock: SharedArrayBuffer
}

/**
 * An error of a driver that the caller can do something about; anything else is a fault.
 * - `exists`: the ARN is taken
 * - `missing`: the resource, or the parent or reference named, is not there
 * - `referenced`: another resource lives in it or is made from it
 * - `inactive`: the dataset is not ACTIVE
 * - `changed`: the resource has another status by now
 * - `full`: the disk has too little room for more rows of an import; nothing was written
 * - `unavailable`: the database cannot be reached, or its disk is full; whether it was written is not known
 */
export class StoreError extends Error {
  readonly code: 'exists' | 'missing' | 'referenced' | 'inactive' | 'changed' | 'full' | 'unavailable'
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/** Whether a driver threw this, with this code. One that came from another thread is of no class of ours. */
export function isStoreError(error: unknown, code: StoreError['code']): error is StoreError {
  return error instanceof Error && error.name === 'StoreError' && (error as StoreError).code === code
}
