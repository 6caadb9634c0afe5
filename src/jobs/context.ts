import type { Bounds } from '../recommender/training/ceilings.ts'
import type { Resource } from '../store/resource-store.ts'
import type { Store } from '../store/store.ts'
import type { JobDocument, JobProgress } from './documents.ts'
import type { Objects } from './objects/objects.ts'
import type { ObjectsOptions } from './objects/open.ts'

/** Which of the service's limits hold (limits.md). */
export interface JobLimits {
  /** Those of `--quotas aws`: the most that a job takes, and the least of an import. */
  readonly quotas: boolean
  /** The minimums of data to train on. */
  readonly minimums: boolean
}

/** The settings of a job, which its server sends to the thread. */
export interface JobSettings extends ObjectsOptions {
  readonly limits: JobLimits
  /** The most that a training may hold in memory. */
  readonly bounds: Bounds
  /** From how many events on a training keeps a snapshot of them in the data directory. */
  readonly snapshotsFrom: number
  /** Whether an import refuses a cell that a Put call would refuse, rather than take it as a missing value. */
  readonly strictImports: boolean
  /** For how long dataset groups without a setting of their own keep interactions; undefined: for ever. */
  readonly keepEvents: string | undefined
  /** How many threads answer a batch. */
  readonly threads: number
  /** Where models are kept, a folder or `s3://BUCKET/PREFIX`; left out, in the data directory. */
  readonly models?: string | undefined
}

/** The resources of a job, with its settings. */
export interface JobContext extends JobSettings {
  readonly store: Store
  readonly objects: Objects
  /** As it was when the job began. */
  readonly job: Resource
  /** Keeps members of the document for when the job is taken up again. */
  remember(document: JobDocument): Promise<void>
  /** Keeps the progress, once a second at most. */
  report(progress: JobProgress): void
}

/**
 * Does a job; its result goes into the job's document. @throws JobFailure for faults that the client can do something
 * about
 */
export type RunJob = (context: JobContext) => Promise<JobDocument>
