import { type Transferable, Worker } from 'node:worker_threads'
import type { JobDocument, JobProgress } from './documents.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker.ts'

/** A kind of jobs that share threads, by how much they hold in memory: little, a model, or maybe all of a dataset. */
export type Weight = 'light' | 'batch' | 'heavy'

/** A job in a thread, and the receiver of its messages. */
interface JobRun {
  readonly weight: Weight
  /** Whether no thread will do that has done another job before. */
  readonly isNew: boolean
  progress(progress: JobProgress): void
  /** A further hint for the log when the job has ended. */
  hint(hint: string): void
  /** It crashes, since the store cannot be reached or written to. */
  storeUnavailable(reason: string): void
  /** The work is done; the thread waits for `goOn` before it says so in the store. */
  found(document: JobDocument): void
  crashed(error: unknown): void
  /** It is over: done, or not. */
  ended(isDone: boolean): void
}

/** A thread while it does a job. */
export interface BusyThread {
  /** Whether it had done another job before. */
  readonly isUsed: boolean
  goOn(): void
  terminate(): void
}

export interface JobThreads {
  /** @param transfer the parts of the job that are transferred to the thread */
  begin(job: WorkerData, transfer: readonly Transferable[], run: JobRun): BusyThread
  /** Ends all threads; resolves when they are gone. */
  close(): Promise<void>
}

export interface ThreadLimits {
  /** Of the heap of a thread for light jobs, and for all others. */
  readonly lightMb: number
  readonly heavyMb: number
}

/**
 * A thread takes 0.4 s to start: most of the time of an import of one row, or of a batch of a thousand lines. So this
 * many threads are kept after jobs of a weight. One that a job left large is ended, which returns its memory.
 */
const KEPT: Readonly<Record<Weight, number>> = { light: 2, batch: 1, heavy: 0 }
const KEPT_BYTES = 128 << 20

/** Threads for jobs: a few are kept warm, a heavy job gets a thread of its own. */
export function openThreads({ lightMb, heavyMb }: ThreadLimits): JobThreads {
  const all = new Set<Worker>()
  const idle: Readonly<Record<Weight, Set<Worker>>> = { light: new Set(), batch: new Set(), heavy: new Set() }

  const start = (weight: Weight): Worker => {
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: weight === 'light' ? lightMb : heavyMb },
    })
    all.add(thread)
    thread.on('error', () => {}) // what a job left behind may fail when nobody listens any more
    return thread.once('exit', () => {
      all.delete(thread)
      idle[weight].delete(thread)
    })
  }
  const takeIdle = (weight: Weight): Worker | undefined => {
    const [thread] = idle[weight]
    if (!thread) return undefined
    idle[weight].delete(thread)
    thread.ref()
    return thread
  }
  const letGo = (thread: Worker, weight: Weight, isReusable: boolean) => {
    if (!isReusable || idle[weight].size === KEPT[weight]) return void thread.terminate()
    idle[weight].add(thread)
    thread.unref()
  }
  return {
    begin(job, transfer, { weight, isNew, progress, hint, storeUnavailable, found, crashed, ended }) {
      const used = isNew ? undefined : takeIdle(weight)
      const thread = used ?? start(weight)
      const onMessage = (message: FromWorker) => {
        if ('progress' in message) progress(message.progress)
        else if ('hint' in message) hint(message.hint)
        else if ('storeUnavailable' in message) storeUnavailable(message.storeUnavailable)
        else if ('found' in message) found(message.found)
        else end(message.isDone, message.bytes <= KEPT_BYTES)
      }
      const onExit = () => end(false, false)
      const end = (isDone: boolean, isReusable: boolean) => {
        thread.off('message', onMessage).off('error', crashed).off('exit', onExit)
        letGo(thread, weight, isReusable)
        ended(isDone)
      }
      thread.on('message', onMessage).on('error', crashed).on('exit', onExit)
      thread.postMessage({ job } satisfies ToWorker, [...transfer])
      return {
        isUsed: used !== undefined,
        goOn: () => thread.postMessage('go on' satisfies ToWorker),
        terminate: () => void thread.terminate(),
      }
    },
    async close() {
      await Promise.all(all.values().map(thread => thread.terminate()))
    },
  }
}
