import type { Transferable } from 'node:worker_threads'
import type { Shown } from './recent-recommendations.ts'
import type { FoundInteraction, FoundRecord, ImportedInteraction, StoredInteraction, StoredRecord } from './rows.ts'

/**
 * The store, in the words of the domain. A driver (`sqlite/`) implements it; `store.suite.ts` says what any driver
 * must do. Whatever a method acknowledges is committed and fsynced.
 */
export interface Store extends AsyncDisposable {
  /** A random id that the store was given when it was made, and keeps: a copy of it, or a backup, has the same. */
  readonly identity: string
  /** Why it is of no use until the server is started anew, on other files: damage, or files that are gone. */
  trouble(): string | undefined
  readonly resources: Resources
  /** The same without a look into a database that others write to: as of the last `catchUp`, or newer. */
  readonly known: Pick<Resources, 'get' | 'list'>
  readonly records: Records
  readonly interactions: Interactions
  readonly imports: Imports
  readonly claims: Claims
  readonly shown: Shown
  /**
   * Gives a place in the sequence of writes: it is greater than the `seq` of all that was acknowledged before the call,
   * and less than that of all that is put when it has resolved, also after a restart.
   */
  nextSeq(): Promise<number>
  /**
   * Runs it when no other runs, on this server or another that shares the store: for what writes by what it has read.
   */
  exclusively<Result>(run: () => Promise<Result>): Promise<Result>
  /**
   * Deletes, a little at a time, the rows of deleted datasets and of replaced generations; resolves when none is left.
   */
  purge(): Promise<void>
  /**
   * Tells of changes, whoever made them, on this server or another: of those that are acknowledged all, when `catchUp`
   * resolves. A store that `openSharedStore` opened tells of nothing. Gives what ends it.
   * @param isOfInterest whether the rows that are put into a dataset are to be told of; else all are
   */
  watch(listener: (change: Change) => void, isOfInterest?: (dataset: number) => boolean): () => void
  /** Resolves when whoever watches knows everything that was acknowledged before the call. */
  catchUp(): Promise<void>
  /**
   * What a worker thread needs to open the same store with `openSharedStore`.
   * @param claim whoever writes there must have this job: what it writes after another took it is refused
   */
  share(claim?: Claim): { readonly handle: StoreHandle; readonly transfer: readonly Transferable[] }
  /** Finishes what was accepted, then lets go of the files. */
  close(): Promise<void>
}

/**
 * What changed: rows that were put into a dataset (of events those that were stored), `all` of it (a bulk import, a
 * deletion), a resource that was created, updated or removed, or what nobody knows, since the store could not be
 * reached for too long.
 */
export type Change =
  | { readonly kind: 'records'; readonly dataset: number; readonly rows: readonly StoredRecord[] }
  | { readonly kind: 'interactions'; readonly dataset: number; readonly rows: readonly FoundInteraction[] }
  | { readonly kind: 'all'; readonly dataset: number }
  | { readonly kind: 'resource'; readonly arn: string }
  | { readonly kind: 'unknown' }

/** Opaque to all but the driver; survives being posted to a worker thread. */
export interface StoreHandle {
  readonly driver: string
}

/**
 * What a driver throws where the caller can do something about it; anything else is a fault.
 * - `exists`: the ARN is taken
 * - `missing`: the resource, or the parent or reference named, is not there
 * - `referenced`: another resource lives in it or is made from it
 * - `inactive`: the dataset is not ACTIVE
 * - `changed`: the resource has another status by now
 * - `unavailable`: the database cannot be reached, or its disk is full; whether it was written is not known
 */
export class StoreError extends Error {
  readonly code: 'exists' | 'missing' | 'referenced' | 'inactive' | 'changed' | 'unavailable'
  constructor(code: StoreError['code'], message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
  }
}

/** Whether a driver threw this, with this code. */
export function isStoreError(error: unknown, code: StoreError['code']): error is StoreError {
  return error instanceof StoreError && error.code === code
}

export interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

export interface NewResource {
  readonly arn: string
  readonly kind: string
  /** The ARN of what it lives in: a dataset's group, a job's dataset. */
  readonly parent?: string | undefined
  /** The ARN of what it is made from: a dataset's schema. */
  readonly reference?: string | undefined
  readonly status: string
  /** The members that Describe* returns, and what we must remember besides. */
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

/** What to change; a document's members are merged into it. */
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
  /** The ARN of the dataset group that it lives in, at whatever depth: a job's dataset's, a campaign's solution's. */
  readonly datasetGroup?: string | undefined
  readonly status?: string | undefined
  /** Only what waits, runs or is being stopped: `isUnfinished`. */
  readonly unfinished?: true | undefined
  /** Only what is done in the background: kinds that end in `-job`, solution versions, recommenders. */
  readonly isJob?: true | undefined
  /** The newest first; else in the order of creation. */
  readonly newestFirst?: true | undefined
  /** Only those that come after the resource of this id, in the order that is asked for. */
  readonly after?: number | undefined
  readonly limit?: number | undefined
}

/** What is known of a resource without its document. */
export type ResourceHead = Omit<Resource, 'document' | 'tags'>

export interface Tally {
  readonly kind: string
  readonly status: string
  readonly count: number
}

/** Is told how many writes the store did together, and how long that took. */
export type BatchListener = (writes: number, ms: number) => void

/** Schemas, dataset groups, datasets, event trackers, jobs: everything that has an ARN. */
export interface Resources {
  get(arn: string): Promise<Resource | undefined>
  /**
   * Those that a query is for. Their documents are read: who asks for what may be many takes a `limit`, or reads them
   * `inPages`.
   */
  list(query: ResourceQuery): Promise<readonly Resource[]>
  /** How many a query is for, counted no further than `atMost`. No document is read. */
  count(query: ResourceQuery, atMost: number): Promise<number>
  /** How many there are of each kind and status, where there are any. */
  tally(): Promise<readonly Tally[]>
  /** What waits, runs or is being stopped (`isUnfinished`), of whatever kind, in the order of creation. */
  unfinished(): Promise<readonly ResourceHead[]>
  /** @throws StoreError `exists`; `missing` (parent or reference) */
  create(resource: NewResource): Promise<Resource>
  /** @throws StoreError `missing`; `changed` */
  update(arn: string, change: ResourceChange): Promise<Resource>
  /**
   * Removes it with the jobs (kinds that end in `-job`) and the solution versions that lived in it, and the jobs that
   * lived in those, and queues a dataset's rows for `purge`.
   * @throws StoreError `missing`; `referenced`, also where one of them waits, runs or is being stopped
   */
  remove(arn: string): Promise<void>
}

/** How a row came in: by a Put* call or by an import job; `ALL` is what is in effect of both. */
export type Ingestion = 'PUT' | 'BULK' | 'ALL'

/** Users, items and actions: an id and its fields. The first argument is the dataset's resource id. */
export interface Records {
  /**
   * Stores all of them or none. Each replaces whole what was put under its id; the last of an id stands.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, records: readonly StoredRecord[]): Promise<void>
  /** The record in effect: of what was put and what was imported under the id, the newer. */
  get(dataset: number, id: string): Promise<FoundRecord | undefined>
  /** Those put last, newest first, as they are now; it looks back over the last 10,000 writes to all datasets. */
  latest(dataset: number, limit: number): Promise<readonly FoundRecord[]>
  /** Every record, in the order of ids. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundRecord>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /**
   * Deletes them however they came in, but those that were put after `before`. Gives the number of rows deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  delete(dataset: number, ids: readonly string[], before?: number): Promise<number>
}

/** Interactions and action interactions: an append log, in each user's order of time. */
export interface Interactions {
  /**
   * Stores all of them or none. An exact duplicate is counted, not stored; one whose eventId had come before is stored
   * as `repeated`. An event with both a userId and a sessionId makes the session's anonymous events the user's own.
   * @throws StoreError `missing`, `inactive`
   */
  put(dataset: number, interactions: readonly StoredInteraction[]): Promise<void>
  /**
   * A user's history (or an anonymous session's), newest first. Those that are `repeated` are in it: they happened, and
   * are left out of training alone.
   */
  ofUser(dataset: number, userId: string, limit: number): Promise<readonly FoundInteraction[]>
  /**
   * The part of that history that is of the event types that are wanted: of each of them, exactly as it is written, the
   * newest `limit`, all of it newest first. It looks back over the newest 10,000 of those put, and as many of those
   * imported, at least; what is further back may be missing.
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
  /** Those put after the one with this `seq`, oldest first. */
  after(dataset: number, seq: number, limit: number): Promise<readonly FoundInteraction[]>
  /** Every interaction, user by user in the order of time. */
  scan(dataset: number, ingestion: Ingestion): AsyncIterable<FoundInteraction>
  count(dataset: number, ingestion: Ingestion): Promise<number>
  /** How many exact duplicates were left out since the dataset was created. */
  duplicates(dataset: number): Promise<number>
  /** How many of those that were put are `repeated`. */
  repeated(dataset: number): Promise<number>
  /**
   * Deletes the users' interactions, but those that were put after `before`, and what is known of their sessions, where
   * none of these is of the session. Gives the number of interactions deleted.
   * @param before a place in the sequence; all of them where it is left out
   */
  deleteUsers(dataset: number, userIds: readonly string[], before?: number): Promise<number>
}

/** Bulk rows go into a generation that nobody sees until it is published whole. */
export interface Imports {
  /** Gives the number of a new generation. */
  begin(dataset: number): Promise<number>
  /** @param seq the place of the rows in the sequence; the generation's own where it is left out */
  stageRecords(dataset: number, generation: number, records: readonly StoredRecord[], seq?: number): Promise<void>
  stageInteractions(
    dataset: number,
    generation: number,
    interactions: readonly ImportedInteraction[],
    seq?: number,
  ): Promise<void>
  /** The generation takes the place of all bulk rows before it, at once (import mode FULL). */
  publish(dataset: number, generation: number): Promise<void>
  /** Adds the generation's rows to the bulk rows that are there (import mode INCREMENTAL); safe to run again. */
  merge(dataset: number, generation: number): Promise<void>
  /** Throws the generation away. */
  discard(dataset: number, generation: number): Promise<void>
}

/** A job and the worker that has it. */
export interface Claim {
  readonly job: number
  readonly worker: string
}

/** Who does which job, where several could: one at a time, and another where that one is not heard of any more. */
export interface Claims {
  /**
   * Takes a job that nobody has, or whose worker has not kept it for `lapseMs`. Gives whether that succeeded. Then
   * nothing that another wrote for the job is under way any more, nor can be: see `Store.share`.
   */
  take(job: number, worker: string, lapseMs: number): Promise<boolean>
  /** Says that the worker lives. Gives those of the jobs that are still its own. */
  keep(jobs: readonly number[], worker: string): Promise<readonly number[]>
  /** Lets go of a job that is done, or that another may do. */
  release(job: number, worker: string): Promise<void>
}
