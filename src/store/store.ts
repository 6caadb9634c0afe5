import type { Transferable } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import type { AgeLimit, Expired } from './expiry.ts'
import type { History } from './history.ts'
import type { ImportStore } from './import-store.ts'
import type { RangeOfUsers } from './ranges.ts'
import type { Shown } from './recent-recommendations.ts'
import type { FoundInteraction, FoundRecord, StoredInteraction, StoredRecord, ToldEvent } from './rows.ts'

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
   * store that `openSharedStore` opened tells of nothing. Returns a function that ends it.
   * @param isOfRows whether the rows that are put into a dataset are to be told of; left out, those of none are
   */
  watch(listener: (change: Change) => void, isOfRows?: (dataset: number) => boolean): () => void
  /** Resolves when every watcher knows all changes acknowledged before the call. */
  catchUp(): Promise<void>
  /**
   * A number that stays the same as long as nothing was written that may have changed the record or the events of an id
   * in a dataset, as of the last `catchUp`. A read after it was taken holds while it is the same. Left out where others
   * write to the database.
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
  | { readonly kind: 'interactions'; readonly dataset: number; readonly rows: readonly ToldEvent[] }
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

export interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

export interface NewResource {
  readonly arn: string
  readonly kind: string
  /** The ARN of the resource that it lives in: a dataset's group, a job's dataset. */
  readonly parent?: string | undefined
  /** The ARN of the resource that it is made from: a dataset's schema. */
  readonly reference?: string | undefined
  readonly status: string
  /** The members that Describe* returns, and our own. */
  readonly document: Readonly<Record<string, unknown>>
  readonly tags?: readonly Tag[] | undefined
}

export interface Resource extends Required<NewResource> {
  /** A number of its own, never reused; the key under which a dataset's rows are kept. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** The members to change; a document's members are merged into it. */
export interface ResourceChange {
  readonly status?: string
  /** Only where the status is one of these. */
  readonly ifStatus?: readonly string[]
  readonly reference?: string
  readonly document?: Readonly<Record<string, unknown>>
  readonly tags?: readonly Tag[]
}

export interface ResourceQuery {
  readonly kind?: string | undefined
  readonly parent?: string | undefined
  readonly reference?: string | undefined
  /** The ARN of the dataset group that it lives in, at any depth: a job's dataset's, a campaign's solution's. */
  readonly datasetGroup?: string | undefined
  readonly status?: string | undefined
  /** Only resources that wait, run or are being stopped: `isUnfinished`. */
  readonly unfinished?: true | undefined
  /** Only background work: kinds that end in `-job`, solution versions, recommenders. */
  readonly isJob?: true | undefined
  /** The newest first; else in the order of creation. */
  readonly newestFirst?: true | undefined
  /** Only those that come after the resource of this id, in the order that is asked for. */
  readonly after?: number | undefined
  readonly limit?: number | undefined
}

/** A resource without its document. */
export type ResourceHead = Omit<Resource, 'document' | 'tags'>

export interface Tally {
  readonly kind: string
  readonly status: string
  readonly count: number
}

/** Schemas, dataset groups, datasets, event trackers, jobs: everything that has an ARN. */
export interface ResourceStore {
  get(arn: string): Promise<Resource | undefined>
  /**
   * The resources of a query. Their documents are read: a caller that may get many takes a `limit`, or reads them
   * `inPages`.
   */
  list(query: ResourceQuery): Promise<readonly Resource[]>
  /** How many a query is for, counted no further than `atMost`. No document is read. */
  count(query: ResourceQuery, atMost: number): Promise<number>
  /** How many there are of each kind and status, where there are any. */
  tally(): Promise<readonly Tally[]>
  /** All resources of any kind that wait, run or are being stopped (`isUnfinished`), in the order of creation. */
  unfinished(): Promise<readonly ResourceHead[]>
  /** @throws StoreError `exists`; `missing` (parent or reference) */
  create(resource: NewResource): Promise<Resource>
  /** @throws StoreError `missing`; `changed` */
  update(arn: string, change: ResourceChange): Promise<Resource>
  /**
   * Removes it with the jobs (kinds that end in `-job`) and the solution versions that lived in it, and the jobs that
   * lived in those. A dataset's rows are queued for `purge`.
   * @throws StoreError `missing`; `referenced`, also where one of them waits, runs or is being stopped
   */
  remove(arn: string): Promise<void>
}

/** How a row came in: by a Put* call or by an import job; `ALL` is the rows in effect of both. */
export type Ingestion = 'PUT' | 'BULK' | 'ALL'

/** Which records to read, in the order of ids. */
export interface PageOfRecords {
  /** The beginning of their ids; '' for all. */
  readonly prefix: string
  /** Only those after this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Users, items and actions: an id and its fields. The first argument is the dataset's resource id. */
export interface RecordStore {
  /**
   * Stores all of them or none. Each replaces the whole record that was put under its id; the last of an id stands.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The record in effect: the newer of the put and the imported one under the id. */
  get(dataset: number, id: string): Promise<FoundRecord | undefined>
  /** Those in effect under these ids, in any order; an id that has none is left out. */
  getMany(dataset: number, ids: readonly string[]): Promise<readonly FoundRecord[]>
  /** Those put last, newest first, as they are now; it looks back over the last 10,000 writes to all datasets. */
  latest(dataset: number, limit: number): Promise<readonly FoundRecord[]>
  /** A few records in effect, in the order of ids. It takes as long in a large dataset as in a small one. */
  page(dataset: number, page: PageOfRecords): Promise<readonly FoundRecord[]>
  /** Every record, in the order of ids. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundRecord>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /**
   * Deletes them however they came in, but those that were put after `before`. Returns the number of rows deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  delete(dataset: number, ids: readonly string[], before?: number): Promise<number>
}

/** Interactions and action interactions: an append log, in each user's order of time. */
export interface InteractionStore {
  /**
   * Stores all of them or none. An exact duplicate is counted, not stored; one whose eventId had come before is stored
   * as `repeated`. An event with both a userId and a sessionId makes the session's anonymous events the user's own.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, interactions: readonly StoredInteraction[]): Promise<void>
  /** The history of a user or an anonymous session, newest first; also those `repeated`, which training leaves out. */
  ofUser(dataset: number, userId: string, limit: number): Promise<readonly FoundInteraction[]>
  /** The same in columns, which most requests need no more of. */
  history(dataset: number, userId: string, limit: number): Promise<History>
  /** Those of several users, in their order. */
  histories(dataset: number, userIds: readonly string[], limit: number): Promise<readonly History[]>
  /**
   * The part of that history that is of the wanted event types, newest first. It has the newest `limit` of each type,
   * exactly as the type is written. It looks back over the newest 10,000 of those put, and as many of those imported,
   * at least; older ones may be missing.
   * @param isWanted asked about each type that is found there
   */
  ofUserByType(
    dataset: number,
    userId: string,
    limit: number,
    isWanted: (eventType: string) => boolean,
  ): Promise<readonly FoundInteraction[]>
  /** Those put last, newest first. */
  latest(dataset: number, limit: number): Promise<readonly FoundInteraction[]>
  /**
   * The `seq` of the newest that was put, when every put that may have a lower one has ended: reads from then on have
   * all up to it, and none comes later. 0 where none was put. A put that goes on for 40 s is waited for no longer: its
   * call has got no answer, or an error.
   */
  settled(dataset: number): Promise<number>
  /** Those put after the one with this `seq`, oldest first. */
  after(dataset: number, seq: number, limit: number): Promise<readonly FoundInteraction[]>
  /** Every interaction, user by user in the order of time. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundInteraction>
  /** The same of the users whose ids are not before `from`, nor from `before` on. */
  scanUsers(dataset: number, range: RangeOfUsers): AsyncIterable<FoundInteraction>
  /**
   * Divides the users into at most so many ranges with about as many interactions each, for as many readers, also in
   * threads that share the store. All of them see the rows of one moment, in which no session is two users. One range
   * has all users where several readers take as long as one.
   */
  inRangesOfUsers<Result>(
    dataset: number,
    most: number,
    read: (ranges: readonly RangeOfUsers[]) => Promise<Result>,
  ): Promise<Result>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /** How many exact duplicates were left out since the dataset was created. */
  duplicates(dataset: number): Promise<number>
  /**
   * The number, in the sequence of writes, of the last change of the dataset by a bulk import or a deletion of users; 0
   * if there was none.
   */
  swept(dataset: number): Promise<number>
  /** How many of those that were put are `repeated`. */
  repeated(dataset: number): Promise<number>
  /**
   * Deletes the users' interactions, but those that were put after `before`. It forgets their sessions too, unless one
   * of the latter is of the session. Returns the number of interactions deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  deleteUsers(dataset: number, userIds: readonly string[], before?: number): Promise<number>
  /**
   * Deletes those that are too old, put or imported, with their eventIds and the sessions of which nothing is left.
   * Each step is a small transaction, and the caller chooses the pause before the next. Where another server is at it,
   * there is no step. Nobody is told, and `swept` stays: models keep what they learned from them.
   */
  expire(limits: readonly AgeLimit[]): AsyncGenerator<readonly Expired[]>
  /** The `before` of the last `expire` that came to its end; undefined where there was none. */
  expiredBefore(dataset: number): Promise<number | undefined>
}

/** A job and the worker that has it. */
export interface Claim {
  readonly job: number
  readonly worker: string
}

/** Which worker does which job. A job has one worker at a time; another takes it over if that one is silent. */
export interface ClaimStore {
  /**
   * Takes a job that nobody has, or whose worker has not kept it for `lapseMs`. Returns whether that succeeded. Then
   * nothing that another wrote for the job is under way any more, nor can be: see `Store.share`.
   */
  take(job: number, worker: string, lapseMs: number): Promise<boolean>
  /** Says that the worker lives. Returns those of the jobs that are still its own. */
  keep(jobs: readonly number[], worker: string): Promise<readonly number[]>
  /** Lets go of a job that is done, or that another may do. */
  release(job: number, worker: string): Promise<void>
  /** Lets go of the jobs that are over whose worker has not kept them for `lapseMs`: it died before it could. */
  sweep(lapseMs: number): Promise<void>
}
