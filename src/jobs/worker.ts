import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { ServiceException } from '../contract/errors.ts'
import { openSharedStore } from '../store/open.ts'
import { type Store, StoreError, type StoreHandle } from '../store/store.ts'
import { runBatchInference } from './batch-inference.ts'
import { runBatchSegment } from './batch-segment.ts'
import { runDeletion } from './delete.ts'
import { runExport } from './export.ts'
import { JobFailure } from './failure.ts'
import { runImport } from './import.ts'
import {
  endOf,
  failJob,
  isTooLate,
  isUnfinished,
  type JobDocument,
  type JobKind,
  type Limits,
  type Progress,
  type RunJob,
  statusesOf,
  unfinished,
} from './job.ts'
import { type ObjectsOptions, openObjects } from './objects/open.ts'
import { runTraining } from './train.ts'

/** What the thread is told: which job to do, and with what. */
export interface WorkerData extends ObjectsOptions {
  readonly arn: string
  readonly handle: StoreHandle
  readonly limits: Limits
  readonly strictImports: boolean
  /** Where models are kept; left out, in the data directory. */
  readonly models?: string | undefined
}

const runners: Readonly<Record<JobKind, RunJob>> = {
  'dataset-import-job': runImport,
  'dataset-export-job': runExport,
  'data-deletion-job': runDeletion,
  'solution-version': runTraining,
  recommender: runTraining,
  'batch-inference-job': runBatchInference,
  'batch-segment-job': runBatchSegment,
}

/**
 * Does one job from beginning to end. A fault of ours ends the thread, and `runner.ts` marks the job as failed. One that
 * is being stopped is left to it too.
 */
async function work(store: Store, { arn, limits, strictImports, ...options }: WorkerData): Promise<void> {
  const found = await store.resources.get(arn)
  if (!found || !isUnfinished(found)) return
  const job = await store.resources.update(arn, { status: statusesOf(found).running, ifStatus: unfinished(found) })
  const remember = async (document: JobDocument) =>
    void (await store.resources.update(arn, { document: { ...document } }))
  const context = {
    store,
    job,
    limits,
    strictImports,
    dataDir: options.dataDir,
    models: options.models,
    remember,
    report: atMostOnceASecond(),
  }
  try {
    const objects = await openObjects(options)
    const document = await runners[job.kind as JobKind]({ ...context, objects })
    await inEffect(document)
    await store.resources.update(arn, endOf(job, document))
  } catch (error) {
    if (error instanceof StoreError && error.code === 'unavailable') parentPort!.postMessage({ hint: error.message })
    if (!(error instanceof JobFailure || error instanceof ServiceException)) throw error
    if (error.hint !== undefined) parentPort!.postMessage({ hint: error.hint })
    await failJob(store, arn, error.message)
  }
}

/** Waits until requests are answered by what the job did: `beforeDone` of the runner. */
async function inEffect(found: JobDocument): Promise<void> {
  parentPort!.postMessage({ found })
  await once(parentPort!, 'message')
}

/** By way of the thread that started this one: what is computed here without a pause lets no message of the store's go. */
function atMostOnceASecond(): (progress: Progress) => void {
  let next = Date.now() + 1000
  return progress => {
    if (Date.now() < next) return
    next = Date.now() + 1000
    parentPort!.postMessage(progress)
  }
}

const data = workerData as WorkerData
await using store = openSharedStore(data.handle)
await work(store, data).then(
  () => parentPort!.postMessage('done'),
  error => {
    if (!isTooLate(error)) throw error
  },
)
