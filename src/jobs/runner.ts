import { totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import { faultOf, type Log, withoutValues } from '../log.ts'
import type { Resource, Store } from '../store/store.ts'
import {
  documentOf,
  failJob,
  failureOf,
  isUnfinished,
  type JobDocument,
  jobStatuses,
  type Minimums,
  type Progress,
  STOPPED,
  STOPPING,
} from './job.ts'
import type { Jobs } from './jobs.ts'
import type { ObjectsOptions } from './objects/open.ts'
import type { WorkerData } from './worker.ts'

export interface JobsOptions {
  readonly store: Store
  readonly dataDir: string
  /** Where models are kept; left out, in the data directory. */
  readonly models?: string | undefined
  readonly log: Log
  /** Where files are. Left out: `endpoint` where AWS_ENDPOINT_URL_S3 is set, else `folder`. */
  readonly s3?: ObjectsOptions['s3'] | undefined
  /** Whether the service's minimums hold; they do unless told otherwise. */
  readonly minimums?: Partial<Minimums> | undefined
  /** How many jobs run at once; 2 unless told otherwise. */
  readonly concurrency?: number | undefined
  /** Awaited before a job that did its work has the status that says so. */
  readonly beforeDone?: ((job: Resource, found: JobDocument) => Promise<void>) | undefined
}

/** What an import may hold in memory; a file that would need more must not take the server with it. */
const HEAP_MB = 512
const STREAMING = ['dataset-import-job', 'dataset-export-job', 'data-deletion-job']
/** A training holds the ids of all users and items; an import that is measured may hold those of all items. */
const WHOLE_HEAP_MB = Math.max(1024, Math.floor(totalmem() / 2 ** 21))

/** Does jobs in the order in which they were started, each in a thread of its own, so that requests are not held up. */
export function openJobs(options: JobsOptions): Jobs {
  const { store, log, concurrency = 2, beforeDone = async () => {} } = options
  const waiting: Resource[] = []
  const running = new Map<Resource, Worker>()
  /** The ARNs of what is being stopped, until it is. */
  const stopping = new Set<string>()
  let closed = false

  const enqueue = (job: Resource | undefined) => {
    if (!job || stopping.has(job.arn) || [...waiting, ...running.keys()].some(({ arn }) => arn === job.arn)) return
    waiting.push(job)
    runNext()
  }
  const runNext = () => {
    while (!closed && running.size < concurrency) {
      const at = waiting.findIndex((job, i) => mayRun(job, [...running.keys(), ...waiting.slice(0, i)]))
      if (at < 0) return
      run(waiting.splice(at, 1)[0]!)
    }
  }
  const run = (job: Resource) => {
    const startedAt = performance.now()
    const worker = startWorker(options, job)
    running.set(job, worker)
    worker.on('message', (message: Progress | { readonly found: JobDocument }) => {
      if (!('found' in message)) store.resources.update(job.arn, { document: { progress: message } }).catch(() => {})
      else
        beforeDone(job, message.found)
          .catch(error => log.error({ job: job.arn, ...faultOf(error) }, 'a job is done before what it did is loaded'))
          .finally(() => worker.postMessage('go on'))
    })
    worker.on('error', error => log.error({ job: job.arn, ...faultOf(error) }, 'job crashed'))
    worker.once('exit', () => void ended(job, startedAt))
  }
  const ended = async (job: Resource, startedAt: number) => {
    if (closed) return
    try {
      const status = await settle(store, job.arn, stopping.has(job.arn))
      stopping.delete(job.arn)
      const outcome = { job: job.arn, status, ms: Math.round(performance.now() - startedAt) }
      const failure = failureOf(job, await store.resources.get(job.arn))
      if (failure === undefined) log.info(outcome, 'job ended')
      else log.warn({ ...outcome, reason: withoutValues(failure) }, 'job failed')
    } catch (error) {
      log.error({ job: job.arn, ...faultOf(error) }, 'job left for the next start')
    }
    void store.purge()
    running.delete(job)
    runNext()
  }
  return {
    start: arn => void store.resources.get(arn).then(enqueue),
    async stop(arn) {
      const job = await store.resources.get(arn)
      if (!job || !isUnfinished(job)) return
      stopping.add(arn)
      const at = waiting.findIndex(job => job.arn === arn)
      if (at >= 0) waiting.splice(at, 1)
      const worker = [...running].find(([job]) => job.arn === arn)?.[1]
      await store.resources.update(arn, { status: worker ? STOPPING : STOPPED })
      if (worker) void worker.terminate()
      else stopping.delete(arn)
      // It ended by itself meanwhile, and nobody is left to see that it was to be stopped.
      if (worker && ![...running.values()].includes(worker)) await store.resources.update(arn, { status: STOPPED })
    },
    async resume() {
      const kinds = Object.keys(jobStatuses)
      const jobs = (await Promise.all(kinds.map(kind => store.resources.list({ kind })))).flat()
      const stopped = jobs.filter(({ status }) => status === STOPPING)
      for (const { arn } of stopped) await store.resources.update(arn, { status: STOPPED })
      for (const job of jobs.filter(isUnfinished).sort((a, b) => a.id - b.id)) enqueue(job)
    },
    async close() {
      closed = true
      await Promise.all([...running.values()].map(worker => worker.terminate()))
    },
  }
}

function startWorker({ store, dataDir, models, minimums, s3 }: JobsOptions, job: Resource): Worker {
  const { arn, kind } = job
  const { handle, transfer } = store.share()
  const isStreaming = STREAMING.includes(kind) && !documentOf(job).publishAttributionMetricsToS3
  const place = s3 ?? (process.env.AWS_ENDPOINT_URL_S3 ? 'endpoint' : 'folder')
  const workerData: WorkerData = {
    arn,
    handle,
    minimums: { import: true, training: true, ...minimums },
    dataDir,
    models,
    s3: place,
  }
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    transferList: [...transfer],
    resourceLimits: { maxOldGenerationSizeMb: isStreaming ? HEAP_MB : WHOLE_HEAP_MB },
  })
}

/**
 * Imports into one dataset go one after the other: the rows of the later one are the newer. So do a deletion and what
 * else writes to its group, lest an import bring back who is being deleted.
 */
function mayRun(job: Resource, before: readonly Resource[]): boolean {
  const territory = territoryOf(job)
  return before.map(territoryOf).every(other => !other.startsWith(territory) && !territory.startsWith(other))
}

/** `GROUP/TYPE/` of a dataset, `GROUP/` of a group; what only reads them is a territory of its own. */
function territoryOf({ kind, parent, id }: Resource): string {
  const isWriter = kind === 'dataset-import-job' || kind === 'data-deletion-job'
  return isWriter ? `${parent.replace(/^.*?:dataset(-group)?\//, '')}/` : `:${id}:`
}

/**
 * Ends a job whose thread ended before it was done: stopped where that was asked for, else failed. Gives the status
 * that the job ends in.
 */
async function settle(store: Store, arn: string, isStopped: boolean): Promise<string | undefined> {
  const job = await store.resources.get(arn)
  if (job && isStopped && (isUnfinished(job) || job.status === STOPPING)) {
    await store.resources.update(arn, { status: STOPPED })
  } else if (job && isUnfinished(job)) {
    await failJob(store, arn, 'The job stopped because of an internal failure; the log of the server has its place')
  }
  return (await store.resources.get(arn))?.status
}
