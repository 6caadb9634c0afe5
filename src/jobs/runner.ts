import { Worker } from 'node:worker_threads'
import { faultOf, type Log } from '../log.ts'
import type { Resource, Store } from '../store/store.ts'
import { failJob, isUnfinished, jobStatuses } from './job.ts'
import type { Jobs } from './jobs.ts'
import type { ObjectsOptions } from './objects/open.ts'
import type { WorkerData } from './worker.ts'

export interface JobsOptions {
  readonly store: Store
  readonly dataDir: string
  readonly log: Log
  /** Where files are. Left out: `endpoint` where AWS_ENDPOINT_URL_S3 is set, else `folder`. */
  readonly s3?: ObjectsOptions['s3'] | undefined
  /** Whether the service's minimum of 1000 interactions for an import holds; it does unless told otherwise. */
  readonly minimums?: boolean | undefined
  /** How many jobs run at once; 2 unless told otherwise. */
  readonly concurrency?: number | undefined
}

/** What an import may hold in memory; a file that would need more must not take the server with it. */
const HEAP_MB = 512

/** Does jobs in the order in which they were started, each in a thread of its own, so that requests are not held up. */
export function openJobs(options: JobsOptions): Jobs {
  const { store, log, concurrency = 2 } = options
  const waiting: Resource[] = []
  const running = new Map<Resource, Worker>()
  let closed = false

  const enqueue = (job: Resource | undefined) => {
    if (!job || [...waiting, ...running.keys()].some(({ arn }) => arn === job.arn)) return
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
    const worker = startWorker(options, job.arn)
    running.set(job, worker)
    worker.on('error', error => log.error({ job: job.arn, ...faultOf(error) }, 'job crashed'))
    worker.once('exit', () => void ended(job, startedAt))
  }
  const ended = async (job: Resource, startedAt: number) => {
    if (closed) return
    try {
      const status = await settle(store, job.arn)
      log.info({ job: job.arn, status, ms: Math.round(performance.now() - startedAt) }, 'job ended')
    } catch (error) {
      log.error({ job: job.arn, ...faultOf(error) }, 'job left for the next start')
    }
    void store.purge()
    running.delete(job)
    runNext()
  }
  return {
    start: arn => void store.resources.get(arn).then(enqueue),
    async resume() {
      const kinds = Object.keys(jobStatuses)
      const jobs = (await Promise.all(kinds.map(kind => store.resources.list({ kind })))).flat()
      for (const job of jobs.filter(isUnfinished).sort((a, b) => a.id - b.id)) enqueue(job)
    },
    async close() {
      closed = true
      await Promise.all([...running.values()].map(worker => worker.terminate()))
    },
  }
}

function startWorker({ store, dataDir, minimums = true, s3 }: JobsOptions, arn: string): Worker {
  const { handle, transfer } = store.share()
  const place = s3 ?? (process.env.AWS_ENDPOINT_URL_S3 ? 'endpoint' : 'folder')
  const workerData: WorkerData = { arn, handle, minimums, dataDir, s3: place }
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    transferList: [...transfer],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
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

/** `GROUP/TYPE/` of a dataset, `GROUP/` of a group; an export only reads, and is a territory of its own. */
function territoryOf({ kind, parent, id }: Resource): string {
  return kind === 'dataset-export-job' ? `:${id}:` : `${parent.replace(/^.*?:dataset(-group)?\//, '')}/`
}

/** Marks a job whose thread died before it was done as failed. Gives the status that the job ends in. */
async function settle(store: Store, arn: string): Promise<string | undefined> {
  const job = await store.resources.get(arn)
  if (job && isUnfinished(job)) {
    await failJob(store, arn, 'The job stopped because of an internal failure; the log of the server has its place')
  }
  return (await store.resources.get(arn))?.status
}
