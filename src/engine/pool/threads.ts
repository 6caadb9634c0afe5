import { Worker } from 'node:worker_threads'
import type { FromThread, ThreadSettings, ToThread } from './job.ts'

export interface ThreadsOptions {
  /** This many threads at most; one is started when all others are busy. */
  readonly threads: number
  /** How much lower their priority is than that of the thread which asks, in steps of Linux's nice. */
  readonly niceness?: number | undefined
  /** Called before a question waits for a thread. It throws where too many do. */
  readonly admit?: (() => void) | undefined
  /** Is told why a thread ended. The next question that needs another starts it. */
  readonly failed?: ((error: unknown) => void) | undefined
}

export interface PoolState {
  /** The threads that run, and how many of them are answering. */
  readonly threads: number
  readonly busy: number
  /** The questions that no thread has begun, and how long the oldest has waited, in milliseconds. */
  readonly waiting: number
  readonly waitedMs: number
}

interface Call {
  readonly subject: number
  readonly question: unknown
  readonly since: number
  readonly resolve: (answer: unknown, ms: number) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** The subjects that it can be asked about. */
  readonly opened: Set<number>
  readonly calls: Map<number, Call>
}

type Subject = Extract<ToThread, { open: number }>

/** A thread has the next question before it has answered the last one, so that it need not wait for this thread. */
const AHEAD = 2

/** The heap of a thread; arrays of numbers are outside it. */
const HEAP_MB = 256
const YOUNG_MB = 16

/** A thread that ended is replaced after so long, twice as long after each further end without an answer. */
const REPLACED_MS = 100
const REPLACED_MAX_MS = 10_000

/** The threads of a pool, and the questions that they are to answer. */
export class Threads {
  readonly #options: ThreadsOptions
  readonly #subjects = new Map<number, Subject>()
  readonly #threads = new Set<Thread>()
  readonly #waiting: Call[] = []
  #isClosed = false
  #calls = 0
  #endsInARow = 0
  #startableAt = 0

  constructor(options: ThreadsOptions) {
    this.#options = options
  }

  get state(): PoolState {
    const [oldest] = this.#waiting
    return {
      threads: this.#threads.size,
      busy: [...this.#threads].filter(({ calls }) => calls.size > 0).length,
      waiting: this.#waiting.length,
      waitedMs: oldest ? performance.now() - oldest.since : 0,
    }
  }

  /** Lets threads be asked about a subject, as soon as they have opened it. */
  open(subject: Subject): void {
    this.#subjects.set(subject.open, subject)
    for (const thread of this.#threads) tell(thread, subject)
  }

  forget(subject: number): void {
    this.#subjects.delete(subject)
    for (const thread of this.#threads) {
      thread.opened.delete(subject)
      tell(thread, { close: subject })
    }
  }

  /**
   * Asks a thread; undefined where none can be asked about this yet.
   * @param took called with the milliseconds that the answer took
   * @throws what `admit` throws
   */
  ask(subject: number, question: unknown, took: (ms: number) => void): Promise<unknown> | undefined {
    const thread = this.#leastBusy(subject)
    if (!thread || thread.calls.size > 0) this.#grow()
    if (!thread) return undefined
    const isFull = thread.calls.size >= AHEAD
    if (isFull) this.#options.admit?.()
    return new Promise((answered, reject) => {
      const resolve = (answer: unknown, ms: number) => {
        took(ms)
        answered(answer)
      }
      const call = { subject, question, since: performance.now(), resolve, reject }
      if (isFull) this.#waiting.push(call)
      else this.#send(thread, call)
    })
  }

  /** Ends all threads. Questions that are still open fail. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #leastBusy(subject: number): Thread | undefined {
    let best: Thread | undefined
    for (const thread of this.#threads)
      if (thread.opened.has(subject) && (!best || thread.calls.size < best.calls.size)) best = thread
    return best
  }

  #send(thread: Thread, call: Call): void {
    const ask = ++this.#calls
    if (thread.calls.size === 0) thread.worker.ref()
    thread.calls.set(ask, call)
    tell(thread, { ask, subject: call.subject, question: call.question })
  }

  /** Starts another thread, unless there are enough, one is starting, or one ended just now. */
  #grow(): void {
    const { threads, niceness = 0 } = this.#options
    if (this.#isClosed || this.#threads.size >= threads || performance.now() < this.#startableAt) return
    for (const { opened } of this.#threads) if (opened.size === 0) return
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { niceness } satisfies ThreadSettings,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    })
    worker.unref()
    const thread: Thread = { worker, opened: new Set(), calls: new Map() }
    this.#threads.add(thread)
    for (const subject of this.#subjects.values()) tell(thread, subject)
    let reason: unknown
    worker.on('message', (message: FromThread) => this.#hear(thread, message))
    worker.on('error', error => {
      reason = error
    })
    // Not made before: an error holds on to who called, and so to a model.
    worker.on('exit', () => this.#bury(thread, reason ?? new Error('A thread of the pool ended')))
  }

  #hear(thread: Thread, message: FromThread): void {
    if ('opened' in message) {
      if (this.#subjects.has(message.opened)) thread.opened.add(message.opened)
    } else {
      const call = thread.calls.get(message.ask)!
      thread.calls.delete(message.ask)
      if (thread.calls.size === 0) thread.worker.unref()
      this.#endsInARow = 0
      if ('error' in message) call.reject(message.error)
      else call.resolve(message.answer, message.ms)
    }
    this.#feed(thread)
    if (this.#waiting.length > 0) this.#grow()
  }

  /** Hands on what waits. */
  #feed(thread: Thread): void {
    while (this.#waiting.length > 0 && thread.calls.size < AHEAD) {
      const at = this.#waiting.findIndex(({ subject }) => thread.opened.has(subject))
      if (at < 0) return
      this.#send(thread, this.#waiting.splice(at, 1)[0]!)
    }
  }

  /** Fails the questions of a thread that ended, and those that no other thread can be asked. */
  #bury(thread: Thread, reason: unknown): void {
    this.#threads.delete(thread)
    const pause = Math.min(REPLACED_MAX_MS, REPLACED_MS * 2 ** this.#endsInARow++)
    this.#startableAt = performance.now() + pause
    const lost = [...thread.calls.values()]
    for (const call of this.#waiting.splice(0)) (this.#leastBusy(call.subject) ? this.#waiting : lost).push(call)
    for (const { reject } of lost) reject(reason)
    if (!this.#isClosed) this.#options.failed?.(reason)
  }
}

function tell({ worker }: Thread, message: ToThread): void {
  worker.postMessage(message)
}
