import { once } from 'node:events'
import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import { ServiceException } from '../contract/errors.ts'
import { openSharedStore } from '../store/open.ts'
import { isStoreError, type Store, type StoreHandle } from '../store/store.ts'
import type { JobSettings, RunJob } from './context.ts'
import type { JobDocument, JobProgress } from './documents.ts'
import { endOf, failJob, isTooLate } from './ending.ts'
import { JobFailure } from './failure.ts'
import type { Objects } from './objects/objects.ts'
import { type ObjectsOptions, openObjects } from './objects/open.ts'
import { isOpen, type JobKind, openStatuses, statusesOf } from './statuses.ts'

/** A job for a thread, and its settings. */
export interface WorkerData extends JobSettings {
  readonly arn: string
  readonly handle: StoreHandle
}

/** A message to the thread: the next job, or that its last one is in effect. */
export type ToWorker = { readonly job: WorkerData } | 'go on'

/**
 * A message from the thread: its progress, its result, or a further hint for the log. Or that it crashes because the
 * store is unavailable, and why. Or that it is free, whether the job is done or not, and how large the job left it.
 */
export type FromWorker =
  | { readonly progress: JobProgress }
  | { readonly found: JobDocument }
  | { readonly hint: string }
  | { readonly storeUnavailable: string }
  | { readonly isDone: boolean; readonly bytes: number }

const training = async () => (await import('./train.ts')).runTraining

/** Each is loaded where it is needed: the code of trainings takes as long to load as all else together. */
const runners: Readonly<Record<JobKind, () => Promise<RunJob>>> = {
  'dataset-import-job': async () => (await import('./import/import.ts')).runImport,
  'dataset-export-job': async () => (await import('./export.ts')).runExport,
  'data-deletion-job': async () => (await import('./delete.ts')).runDeletion,
  'solution-version': training,
  recommender: training,
  'batch-inference-job': async () => (await import('./batch/inference.ts')).runBatchInference,
  'batch-segment-job': async () => (await import('./batch/segment.ts')).runBatchSegment,
}

/**
 * Does one job from beginning to end. A fault of ours ends the thread, and `runner.ts` marks the job as failed. One
 * that is being stopped is left to it too.
 */
async function work(store: Store, data: WorkerData): Promise<void> {
  const { arn } = data
  const found = await store.resources.get(arn)
  if (!found || !isOpen(found)) return
  const job = await store.resources.update(arn, { status: statusesOf(found).running, ifStatus: openStatuses(found) })
  const remember = async (document: JobDocument) =>
    void (await store.resources.update(arn, { document: { ...document } }))
  const context = { ...data, store, job, remember, report: atMostOnceASecond() }
  try {
    const objects = await objectsOf(data)
    const run = await runners[job.kind as JobKind]()
    const document = await run({ ...context, objects })
    await inEffect(document)
    await store.resources.update(arn, endOf(job, document, store.clock.now()))
  } catch (error) {
    if (isStoreError(error, 'unavailable')) tell({ storeUnavailable: error.message })
    if (isStoreError(error, 'full')) return failJob(store, arn, error.message)
    if (!(error instanceof JobFailure || error instanceof ServiceException)) throw error
    if (error.hint !== undefined) tell({ hint: error.hint })
    await failJob(store, arn, error.message, error instanceof JobFailure ? error.rowsDeleted : undefined)
  }
}

/** Waits until requests are answered from the job's result: `beforeDone` of the runner. */
async function inEffect(found: JobDocument): Promise<void> {
  tell({ found })
  await once(parentPort!, 'message')
}

/** By way of the thread that started this one: a computation without a pause here holds up the store's messages. */
function atMostOnceASecond(): (progress: JobProgress) => void {
  let next = Date.now() + 1000
  return progress => {
    if (Date.now() < next) return
    next = Date.now() + 1000
    tell({ progress })
  }
}

let opened: Promise<Objects> | undefined

/** Opened once for all jobs of the thread, which are of one server: a client of S3 keeps connections. */
function objectsOf(options: ObjectsOptions): Promise<Objects> {
  opened ??= openObjects(options)
  return opened
}

function tell(message: FromWorker): void {
  parentPort!.postMessage(message)
}

/** Whether the job is done; it is not where it is being stopped, or another worker has it. */
async function isDone(data: WorkerData): Promise<boolean> {
  await using store = await openSharedStore(data.handle)
  try {
    await work(store, data)
    return true
  } catch (error) {
    if (isTooLate(error)) return false
    throw error
  }
}

parentPort!.on('message', async (message: ToWorker) => {
  if (message === 'go on') return
  const before = process.memoryUsage.rss()
  const done = await isDone(message.job)
  const { total_heap_size, external_memory } = getHeapStatistics()
  // V8 counts no memory of kernels. That of the process may have grown by other threads, too.
  const grown = process.memoryUsage.rss() - before
  tell({ isDone: done, bytes: Math.max(total_heap_size + external_memory, grown) })
})
