import { totalmem } from 'node:os'
import type { Transferable } from 'node:worker_threads'
import type { Resource } from '../../store/resource-store.ts'
import { documentOf } from '../documents.ts'
import type { ThreadLimits, Weight } from '../threads.ts'
import type { WorkerData } from '../worker.ts'
import type { JobsOptions } from './options.ts'

const STREAMING = ['dataset-import-job', 'dataset-export-job', 'data-deletion-job']
const BATCHES = ['batch-inference-job', 'batch-segment-job']

/** The bound of a thread's memory. */
export const THREAD_LIMITS: ThreadLimits = {
  /** An import streams; a file that would need more must not take the server with it. */
  lightMb: 512,
  /** A training holds the ids of all users and items; an import that is measured may hold those of all items. */
  heavyMb: Math.max(1024, Math.floor(totalmem() / 2 ** 21)),
}

/** How much a job may hold in memory; one with facts of all users or items is heavy. */
export function weightOf(job: Resource): Weight {
  if (BATCHES.includes(job.kind)) return 'batch'
  return STREAMING.includes(job.kind) && documentOf(job).publishAttributionMetricsToS3 !== true ? 'light' : 'heavy'
}

/** Returns the message to a thread about a job, and the parts that are transferred. */
export function orderOf(
  options: JobsOptions,
  { id, arn }: Resource,
  worker: string,
): readonly [WorkerData, readonly Transferable[]] {
  const {
    store,
    dataDir,
    models,
    limits,
    bounds = {},
    snapshotsFrom = Infinity,
    strictImports = false,
    keepEvents,
    threads = 1,
    s3,
  } = options
  const { handle, transfer } = store.share({ job: id, worker })
  const order: WorkerData = {
    arn,
    handle,
    limits: { quotas: true, minimums: true, ...limits },
    bounds,
    snapshotsFrom,
    strictImports,
    keepEvents,
    threads,
    dataDir,
    models,
    s3,
  }
  return [order, transfer]
}
