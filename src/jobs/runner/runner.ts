import { randomUUID } from 'node:crypto'
import { totalmem } from 'node:os'
import type { MissingValues } from '../../datasets/missing-values.ts'
import { faultOf, type Log, withoutValues } from '../../log.ts'
import { oneAfterTheOther, shared } from '../../store/serialize.ts'
import type { Resource, ResourceHead, Store } from '../../store/store.ts'
import type { Limits } from '../context.ts'
import { documentOf, type JobDocument } from '../documents.ts'
import { failJob, failureOf, isTooLate } from '../ending.ts'
import type { Jobs } from '../jobs.ts'
import type { ObjectsOptions } from '../objects/open.ts'
import { isOpen, jobStatuses, openStatuses, STOPPED, STOPPING } from '../statuses.ts'
import { type BusyThread, openThreads } from '../threads.ts'
import type { WorkerData } from '../worker.ts'
import { openTerritories } from './territory.ts'

export interface JobsOptions {
  readonly store: Store
  readonly dataDir: string
  /** Where models are kept; left out, in the data directory. */
  readonly models?: string | undefined
  readonly log: Log
  /** Where files are. Left out: `endpoint` where AWS_ENDPOINT_URL_S3 is set, else `folder`. */
  readonly s3?: ObjectsOptions['s3'] | undefined
  /** Which of the service's limits hold; all do unless told otherwise. */
  readonly limits?: Partial<Limits> | undefined
  /** Whether imports refuse cells that may be missing values; they do not unless told to. */
  readonly strictImports?: boolean | undefined
  /** How many jobs run at once; 2 unless told otherwise. */
  readonly concurrency?: number | undefined
  /** How long a worker that is not heard of has its jobs; 10 s unless told otherwise. */
  readonly lapseMs?: number | undefined
  /** Awaited before a job that did its work has the status that says so. */
  readonly beforeDone?: ((job: Resource, found: JobDocument) => Promise<void>) | undefined
}

/** What an import may hold in memory; a file that would need more must not take the server with it. */
const LIGHT_MB = 512
const STREAMING = ['dataset-import-job', 'dataset-export-job', 'data-deletion-job']
/** A training holds the ids of all users and items; an import that is measured may hold those of all items. */
const HEAVY_MB = Math.max(1024, Math.floor(totalmem() / 2 ** 21))

/**
 * A worker that has not kept a claim for so long has lost it to whoever takes it next. The variable is for tests: what
 * it is set to all servers on one store must have.
 */
const LAPSE_MS = Number(process.env.PERSONALITE_JOB_LAPSE_MS ?? 10_000)
const BEATS_PER_LAPSE = 5

interface Running {
  readonly job: Resource
  readonly thread: BusyThread
}

/** What is known of a job whose thread has ended. */
interface End {
  readonly isDone: boolean
  /** For the log. */
  readonly hint: string | undefined
  readonly startedAt: number
}

/**
 * Does jobs, each in a thread, so that requests are not held up. What waits is what the store says, in the
 * order of creation; whichever server that shares the store claims a job first does it, and keeps its claim as long as
 * the job runs. A job whose claim lapsed is done by another, as after a restart of the server.
 *
 * A worker that was only slow, or frozen, finds its claim lost at its next beat and ends its thread. Until then the
 * store refuses what the thread writes (`Store.share`). What it can still do is harmless: files of a batch, an export
 * or a model, which the other writes whole under the same name or another, and the progress that this thread passes on,
 * which is shown and no more.
 */
export function openJobs(options: JobsOptions): Jobs {
  const { store, log, concurrency = 2, lapseMs = LAPSE_MS, beforeDone = async () => {} } = options
  const worker = randomUUID()
  /** By the number of the job. */
  const running = new Map<number, Running>()
  const threads = openThreads({ lightMb: LIGHT_MB, heavyMb: HEAVY_MB })
  /**
   * Those whose thread crashed after it had done another job, which may have left that behind: once more in a new one.
   */
  const inNewThread = new Set<number>()
  /** The ARNs of those to do where not all are, as before `resume`. */
  const given = new Set<string>()
  let takesAll = false
  let closed = false
  const inTurn = oneAfterTheOther()

  /** Where no more jobs can be taken only what is being stopped matters, however many wait. */
  const isFull = async () =>
    running.size >= concurrency && !(await store.resources.tally()).some(({ status }) => status === STOPPING)
  const lookForWork = async () => {
    if (await isFull()) return
    const jobs = (await store.resources.unfinished()).filter(({ kind }) => Object.hasOwn(jobStatuses, kind))
    const before = openTerritories()
    for (const { job } of running.values()) before.add(job)
    for (const job of jobs) {
      if (closed) return
      const own = running.get(job.id)
      if (own && job.status === STOPPING) own.thread.terminate()
      if (own) continue
      const isFree = before.isFree(job)
      before.add(job)
      if (!takesAll && !given.has(job.arn)) continue
      if (job.status === STOPPING) await stopDead(job)
      else if (running.size < concurrency && isFree) await take(job)
    }
  }
  const look = shared(() =>
    inTurn(async () => {
      if (!closed) await lookForWork().catch(error => log.warn(faultOf(error), 'could not look for jobs'))
    }),
  )
  /** Whoever ran it is not heard of any more. */
  const stopDead = async ({ id, arn }: ResourceHead) => {
    if (!(await store.claims.take(id, worker, lapseMs))) return
    await store.resources.update(arn, { status: STOPPED, ifStatus: [STOPPING] }).catch(unlessTooLate)
    await store.claims.release(id, worker)
  }
  const take = async ({ id, arn }: ResourceHead) => {
    if (!(await store.claims.take(id, worker, lapseMs))) return
    // Another may have ended it between the look and the claim.
    const job = await store.resources.get(arn)
    if (job && isOpen(job) && !closed) run(job)
    else await store.claims.release(id, worker)
  }
  const run = (job: Resource) => {
    const startedAt = performance.now()
    let isCrashed = false
    let hint: string | undefined
    const thread: BusyThread = threads.begin(...orderOf(options, job, worker), {
      isHeavy: isHeavy(job),
      isNew: inNewThread.delete(job.id),
      progress: progress => void store.resources.update(job.arn, { document: { progress } }).catch(() => {}),
      hint(told) {
        hint = told
      },
      found: found =>
        void beforeDone(job, found)
          .catch(error => log.error({ job: job.arn, ...faultOf(error) }, 'a job is done before what it did is loaded'))
          .finally(() => thread.goOn()),
      crashed(error) {
        isCrashed = true
        log.error({ job: job.arn, ...faultOf(error) }, 'job crashed')
      },
      ended: isDone => void (isCrashed && thread.isUsed ? again(job) : ended(job, { isDone, hint, startedAt })),
    })
    running.set(job.id, { job, thread })
  }
  /** As after a restart of the server. */
  const again = async (job: Resource) => {
    if (closed) return
    inNewThread.add(job.id)
    running.delete(job.id)
    void look()
  }
  const ended = async (job: Resource, { isDone, hint, startedAt }: End) => {
    if (closed) return
    try {
      const ms = Math.round(performance.now() - startedAt)
      if (await isKept(job)) logEnd(job, await settle(store, job, isDone), ms, hint)
      running.delete(job.id)
      await store.claims.release(job.id, worker)
      void look()
    } catch (error) {
      log.error({ job: job.arn, ...faultOf(error) }, 'job left for the next look')
      running.delete(job.id)
    }
    void store.purge()
  }
  const logEnd = (job: Resource, end: Resource | undefined, ms: number, hint: string | undefined) => {
    const outcome = { job: job.arn, status: end?.status, ms, ...(hint !== undefined && { hint }) }
    const failure = failureOf(job, end)
    const { missingValues = [], notes = [] } = end ? documentOf(end) : {}
    if (missingValues.length > 0)
      log.warn({ job: job.arn, columns: missingValues.map(countsOf) }, 'cells of an import are missing values')
    if (notes.length > 0) log.warn({ job: job.arn, notes: notes.map(withoutValues) }, 'a job may not have done all')
    if (failure === undefined) log.info(outcome, 'job ended')
    else log.warn({ ...outcome, reason: withoutValues(failure) }, 'job failed')
  }
  const isKept = async ({ id }: Resource) => (await store.claims.keep([id], worker)).includes(id)
  /** To others, who are told by the update. */
  const leave = async (job: Resource) => {
    await store.claims.release(job.id, worker)
    await store.resources.update(job.arn, { ifStatus: openStatuses(job) })
  }
  const beat = async () => {
    const jobs = [...running.keys()]
    const kept = jobs.length === 0 ? [] : await store.claims.keep(jobs, worker)
    for (const id of jobs.filter(id => !kept.includes(id))) {
      const lost = running.get(id)
      if (!lost) continue
      log.warn({ job: lost.job.arn }, 'another worker has the job')
      lost.thread.terminate()
    }
  }
  const beating = shared(() => beat().catch(error => log.warn(faultOf(error), 'could not keep the jobs')))
  const timer = setInterval(() => {
    void beating()
    void look()
  }, lapseMs / BEATS_PER_LAPSE).unref()
  const unwatch = store.watch(
    change => {
      if (change.kind === 'unknown' || (change.kind === 'resource' && OF_A_JOB.test(change.arn))) void look()
    },
    () => false,
  )
  return {
    start(arn) {
      if (!takesAll) given.add(arn)
      void look()
    },
    stop: arn =>
      inTurn(async () => {
        const job = await store.resources.get(arn)
        if (!job || !isOpen(job)) return
        const own = running.get(job.id)
        const isIdle = !own && (await store.claims.take(job.id, worker, lapseMs))
        const change = { status: isIdle ? STOPPED : STOPPING, ifStatus: openStatuses(job) }
        await store.resources.update(arn, change).catch(unlessTooLate)
        if (isIdle) await store.claims.release(job.id, worker)
        // One that another server runs is stopped there: it watches.
        own?.thread.terminate()
      }),
    resume() {
      takesAll = true
      return look()
    },
    async close() {
      closed = true
      clearInterval(timer)
      unwatch()
      await inTurn(async () => {})
      await threads.close()
      await Promise.allSettled(running.values().map(({ job }) => leave(job)))
    },
  }
}

/** The ARNs of jobs; a solution is no job, its versions are. */
const OF_A_JOB = /^([^:]*:){5}([a-z-]+-job|recommender|solution)\//

function unlessTooLate(error: unknown): void {
  if (!isTooLate(error)) throw error
}

/** What may be logged of a column: nothing that is in its cells. */
function countsOf({ column, rows, empty, unreadable }: MissingValues) {
  return { column, rows, empty, unreadable }
}

/** What a thread is told of a job, and what goes over to it. */
function orderOf(options: JobsOptions, { id, arn }: Resource, worker: string) {
  const { store, dataDir, models, limits, strictImports = false, s3 } = options
  const { handle, transfer } = store.share({ job: id, worker })
  const order: WorkerData = {
    arn,
    handle,
    limits: { quotas: true, minimums: true, ...limits },
    strictImports,
    dataDir,
    models,
    s3: s3 ?? (process.env.AWS_ENDPOINT_URL_S3 ? 'endpoint' : 'folder'),
  }
  return [order, transfer] as const
}

/** Whether it may hold in memory what all users or items are. */
function isHeavy(job: Resource): boolean {
  return !STREAMING.includes(job.kind) || documentOf(job).publishAttributionMetricsToS3 === true
}

/**
 * Ends a job whose thread ended before it was done: stopped where that was asked for, else failed. A recommender whose
 * training is done may wait for another by now.
 */
async function settle(store: Store, { arn }: Resource, isDone: boolean): Promise<Resource | undefined> {
  const job = await store.resources.get(arn)
  if (job?.status === STOPPING) await store.resources.update(arn, { status: STOPPED })
  else if (!isDone)
    await failJob(store, arn, 'The job stopped because of an internal failure; the log of the server has its place')
  return store.resources.get(arn)
}
