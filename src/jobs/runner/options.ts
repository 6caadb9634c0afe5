import type { Log } from '../../log.ts'
import type { Bounds } from '../../recommender/training/ceilings.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import type { JobLimits } from '../context.ts'
import type { JobDocument } from '../documents.ts'
import type { ObjectsOptions } from '../objects/open.ts'

export interface JobsOptions {
  readonly store: Store
  readonly dataDir: string
  /** Where models are kept; left out, in the data directory. */
  readonly models?: string | undefined
  readonly log: Log
  /** Where files are. */
  readonly s3: ObjectsOptions['s3']
  /** Which of the service's limits hold; all do unless told otherwise. */
  readonly limits?: Partial<JobLimits> | undefined
  /** The most that a training may hold in memory; as much as there is unless given. */
  readonly bounds?: Bounds | undefined
  /** From how many events on a training keeps a snapshot of them in the data directory; never unless given. */
  readonly snapshotsFrom?: number | undefined
  /** Whether imports refuse cells that may be missing values; they do not unless told to. */
  readonly strictImports?: boolean | undefined
  /** For how long dataset groups without a setting of their own keep interactions; for ever unless told otherwise. */
  readonly keepEvents?: string | undefined
  /** How many jobs run at once; 2 unless told otherwise. */
  readonly concurrency?: number | undefined
  /** How many threads answer a batch; 1 unless told otherwise. */
  readonly threads?: number | undefined
  /** How long a worker that is not heard of has its jobs; 10 s unless told otherwise. */
  readonly lapseMs?: number | undefined
  /** Awaited before a job that did its work has the status that says so. */
  readonly beforeDone?: ((job: Resource, found: JobDocument) => Promise<void>) | undefined
}
