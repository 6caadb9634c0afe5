import { faultOf } from '../../log.ts'
import { snapshotsIn } from '../../recommender/snapshots/folder.ts'
import type { ResourceHead } from '../../store/resource-store.ts'
import { oneAfterTheOther, shared } from '../../store/serialize.ts'
import type { Change, Store } from '../../store/store.ts'
import { unlessTooLate } from '../ending.ts'
import type { Jobs } from '../jobs.ts'
import { isOpen, jobStatuses, openStatuses, STOPPED, STOPPING } from '../statuses.ts'
import { openThreads } from '../threads.ts'
import { BEATS_PER_LAPSE, LAPSE_MS, openWorkerClaims } from './claims.ts'
import { takeJob, type Worker } from './held-job.ts'
import type { JobsOptions } from './options.ts'
import { THREAD_LIMITS } from './order.ts'
import { openTerritories } from './territory.ts'

/**
 * Does jobs, each in a thread, so that requests are not held up. The queue is the store, in the order of creation. The
 * first server that claims a job does it (`held-job.ts`), and keeps its claim as long as the job runs. A job whose
 * claim lapsed is done by another, as after a restart of the server.
 */
export function openJobs(options: JobsOptions): Jobs {
  const { store, log, lapseMs = LAPSE_MS } = options
  const worker: Worker = {
    options,
    claims: openWorkerClaims(store.claims, lapseMs),
    threads: openThreads(THREAD_LIMITS),
    held: new Map(),
    hindered: new Map(),
    released() {
      if (closed) return
      void look()
      void store.purge()
    },
  }
  /** The ARNs of those to do where not all are, as before `resume`. */
  const given = new Set<string>()
  let takesAll = false
  let closed = false
  const inTurn = oneAfterTheOther()

  const isWanted = ({ arn }: ResourceHead) => !closed && (takesAll || given.has(arn))
  const look = shared(() =>
    inTurn(async () => {
      if (!closed)
        await lookForWork(worker, isWanted).catch(error => log.warn(faultOf(error), 'could not look for jobs'))
    }),
  )
  const beat = shared(() => renewClaims(worker).catch(error => log.warn(faultOf(error), 'could not keep the jobs')))
  const timer = setInterval(() => {
    void beat()
    void look()
  }, lapseMs / BEATS_PER_LAPSE).unref()
  const snapshots = snapshotsIn(options.dataDir)
  const sweep = shared(() =>
    snapshots.sweep(store).catch(error => log.warn(faultOf(error), 'could not look for snapshots to delete')),
  )
  const unwatch = store.watch(change => {
    if (mayBeOfAJob(change)) void look()
    if (change.kind === 'all') void snapshots.forget(change.dataset).catch(() => sweep())
    else if (mayBeOfADataset(change)) void sweep()
  })
  return {
    start(arn) {
      if (!takesAll) given.add(arn)
      void look()
    },
    stop: arn => inTurn(() => stopJob(worker, arn)),
    resume() {
      takesAll = true
      void sweep()
      // A server that was stopped may have left some.
      void store.purge()
      return look()
    },
    async close() {
      closed = true
      clearInterval(timer)
      unwatch()
      await inTurn(async () => {})
      await sweep()
      for (const job of worker.held.values()) void job.happens('worker stops')
      await Promise.all(worker.held.values().map(job => job.entered))
      await worker.threads.close()
    },
  }
}

/**
 * Goes through the queue once: takes wanted jobs as far as there is room, and stops those that are to be stopped.
 * Then sweeps up the claims that dead workers left.
 */
async function lookForWork(worker: Worker, isWanted: (job: ResourceHead) => boolean): Promise<void> {
  const { options, claims, held } = worker
  const { store, concurrency = 2 } = options
  const hasRoom = () => held.size < concurrency
  // Without room only jobs being stopped matter, however many wait.
  if (!hasRoom() && !(await isAnyStopping(store))) return
  const queue = (await store.resources.unfinished()).filter(({ kind }) => Object.hasOwn(jobStatuses, kind))
  const before = openTerritories()
  for (const { job } of held.values()) before.add(job)
  for (const job of queue) {
    const isFree = before.isFree(job)
    before.add(job)
    const isStopping = job.status === STOPPING
    const own = held.get(job.id)
    if (own && isStopping) void own.happens('stop asked for')
    if (!own && isWanted(job) && (isStopping || (hasRoom() && isFree))) await takeJob(worker, job)
  }
  await claims.sweep()
}

const isAnyStopping = async ({ resources }: Store) =>
  (await resources.tally()).some(({ status }) => status === STOPPING)

/** A job that another worker has by now is let go of. */
async function renewClaims({ claims, held }: Worker): Promise<void> {
  const jobs = [...held]
  const kept = await claims.renew(jobs.map(([id]) => id))
  for (const [id, job] of jobs) if (!kept.has(id)) void job.happens('claim lost')
}

async function stopJob({ options, claims, held }: Worker, arn: string): Promise<void> {
  const { resources } = options.store
  const job = await resources.get(arn)
  if (!job || !isOpen(job)) return
  const own = held.get(job.id)
  const isIdle = !own && (await claims.take(job.id))
  const change = { status: isIdle ? STOPPED : STOPPING, ifStatus: openStatuses(job) }
  await resources.update(arn, change).catch(unlessTooLate)
  if (isIdle) await claims.release(job.id)
  // One that another server runs is stopped there: it watches.
  void own?.happens('stop asked for')
}

/** The ARNs of jobs; a solution is no job, its versions are. */
const OF_A_JOB = /^([^:]*:){5}([a-z-]+-job|recommender|solution)\//

/** A dataset that was removed leaves a snapshot behind. */
function mayBeOfADataset(change: Change): boolean {
  return change.kind === 'unknown' || (change.kind === 'resource' && change.arn.includes(':dataset/'))
}

function mayBeOfAJob(change: Change): boolean {
  return change.kind === 'unknown' || (change.kind === 'resource' && OF_A_JOB.test(change.arn))
}
