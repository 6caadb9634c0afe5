import { faultOf } from '../../log.ts'
import type { Resource, ResourceHead } from '../../store/resource-store.ts'
import { isKnown, type JobDocument } from '../documents.ts'
import { unlessTooLate } from '../ending.ts'
import { isOpen, openStatuses, STOPPING } from '../statuses.ts'
import type { BusyThread, JobThreads } from '../threads.ts'
import type { WorkerClaims } from './claims.ts'
import type { JobsOptions } from './options.ts'
import { orderOf, weightOf } from './order.ts'
import { isBegunAgain, logOutcome, writeOutcome } from './outcome.ts'
import { type Happening, type JobState, transitions } from './transitions.ts'

/** The means of a worker for its jobs. */
export interface Worker {
  readonly options: JobsOptions
  readonly claims: WorkerClaims
  readonly threads: JobThreads
  /** The jobs in its hands, by their number. */
  readonly held: Map<number, HeldJob>
  /** How often in turn the store was unavailable for a job, by its number. */
  readonly hindered: Map<number, number>
  /** Called when a job is over: there is room for another. */
  released(): void
}

/**
 * A job in the hands of a worker, in a state of `transitions`: each state has a method that carries it out.
 *
 * A worker that was only slow, or frozen, finds its claim lost when it renews it. Or it finds out when the thread has
 * ended because the store refused its writes (`Store.share`). The thread can do no more harm. It may still write files
 * of a batch, an export or a model, which the other worker writes whole under the same name or another. And it may
 * write progress, which is only shown.
 */
class HeldJob {
  /** As it was when it was claimed. */
  readonly job: Resource
  readonly #worker: Worker
  #state: JobState = 'claimed'
  /** The one that does it, as long as one does. */
  #thread: BusyThread | undefined
  #needsNewThread = false
  #isDone = false
  #hint: string | undefined
  #isHindered = false
  #startedAt = performance.now()
  #entered: Promise<void> = Promise.resolve()

  constructor(job: Resource, worker: Worker) {
    this.job = job
    this.#worker = worker
  }

  readonly #tasks: Readonly<Record<JobState, () => Promise<void> | void>> = {
    claimed: () => {},
    running: () => this.#begin(),
    stopping: () => this.#thread?.terminate(),
    lost: () => this.#lose(),
    settling: () => this.#settle(),
    released: () => this.#release(),
    queued: () => this.#forget(),
    left: () => this.#leave(),
  }

  /** Resolves when the work of its state is done. Never rejects. */
  get entered(): Promise<void> {
    return this.#entered
  }

  /** Moves on as `transitions` says. Resolves when the work of the new state is done; at once if it has none. */
  async happens(happening: Happening): Promise<void> {
    const next = transitions[this.#state][happening]
    if (!next) return
    this.#entered = this.#enter(next)
    await this.#entered
  }

  async #enter(state: JobState): Promise<void> {
    this.#state = state
    try {
      await this.#tasks[state]()
    } catch (error) {
      this.#worker.options.log.error({ job: this.job.arn, ...faultOf(error) }, 'job left for the next look')
      await this.happens('store failed')
    }
  }

  #begin(): void {
    const { options, claims, threads } = this.#worker
    const { arn } = this.job
    this.#startedAt = performance.now()
    this.#hint = undefined
    this.#isHindered = false
    let isCrashed = false
    const thread = threads.begin(...orderOf(options, this.job, claims.worker), {
      weight: weightOf(this.job),
      isNew: this.#needsNewThread,
      progress: progress => void options.store.resources.update(arn, { document: { progress } }).catch(() => {}),
      hint: hint => {
        this.#hint = hint
      },
      storeUnavailable: reason => {
        this.#hint = reason
        this.#isHindered = true
      },
      found: found => void this.#takeEffect(found).finally(() => thread.goOn()),
      crashed: error => {
        isCrashed = true
        options.log.error({ job: arn, ...faultOf(error) }, 'job crashed')
      },
      ended: isDone => {
        this.#thread = undefined
        this.#isDone = isDone
        this.#needsNewThread = isCrashed && thread.isUsed
        void this.happens(this.#needsNewThread ? 'crashed in a used thread' : 'thread ended')
      },
    })
    this.#thread = thread
  }

  /** Waits until requests are answered from the job's result. */
  async #takeEffect(found: JobDocument): Promise<void> {
    const { beforeDone, log } = this.#worker.options
    const job = this.job
    await beforeDone?.(job, found).catch(error =>
      log.error({ job: job.arn, ...faultOf(error) }, 'a job is done before what it did is loaded'),
    )
  }

  async #lose(): Promise<void> {
    this.#worker.options.log.warn({ job: this.job.arn }, 'another worker has the job')
    if (this.#thread) this.#thread.terminate()
    else await this.happens('thread ended')
  }

  async #settle(): Promise<void> {
    const { options, claims } = this.#worker
    const ms = Math.round(performance.now() - this.#startedAt)
    const kept = await claims.renew([this.job.id])
    if (!kept.has(this.job.id)) return this.happens('claim lost')
    if (this.#isHindered && (await this.#isBegunAgain())) return this.happens('store failed')
    const thread = this.#isDone ? 'done' : this.#isHindered ? 'hindered' : 'crashed'
    const end = await writeOutcome(options.store, this.job.arn, thread)
    logOutcome(options.log, { job: this.job, end, ms, hint: this.#hint })
    await this.happens('settled')
  }

  #isBegunAgain(): Promise<boolean> {
    const { options, hindered } = this.#worker
    const times = (hindered.get(this.job.id) ?? 0) + 1
    hindered.set(this.job.id, times)
    return isBegunAgain(options.store, this.job.arn, times)
  }

  async #release(): Promise<void> {
    this.#forget()
    this.#worker.hindered.delete(this.job.id)
    await this.#worker.claims.release(this.job.id)
    this.#worker.released()
  }

  #forget(): void {
    this.#worker.held.delete(this.job.id)
  }

  async #leave(): Promise<void> {
    const { options, claims, threads } = this.#worker
    await threads.close()
    await claims.release(this.job.id)
    // Tells the others.
    await options.store.resources.update(this.job.arn, { ifStatus: openStatuses(this.job) }).catch(unlessTooLate)
  }
}

/**
 * Claims a job and begins it, or stops it where that was asked for. Does nothing where another worker has it, or where
 * only workers of a newer version know its settings.
 */
export async function takeJob(worker: Worker, { id, arn }: ResourceHead): Promise<void> {
  const { options, claims, held } = worker
  if (!(await claims.take(id))) return
  const job = await options.store.resources.get(arn)
  if (!job || !isKnown(job)) return claims.release(id)
  const own = new HeldJob(job, worker)
  held.set(id, own)
  await own.happens(foundOf(job))
}

function foundOf(job: Resource): Happening {
  if (job.status === STOPPING) return 'found to be stopped'
  return isOpen(job) ? 'found open' : 'found over'
}
