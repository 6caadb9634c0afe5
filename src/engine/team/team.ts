import { availableParallelism } from 'node:os'
import { type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'

/** Work that several threads can do together: who has a part of it to do imports the module and finds it there by name. */
export interface Job<Shared, Result> {
  /** `import.meta.url` of the module that exports the job, and under which name. */
  readonly module: string
  readonly name: string
  /**
   * Called once on every thread, which is number `member`; gives what does one chunk of a phase. What is shared is
   * cloned, but for memory that is shared (`share`). The result must not depend on who does which chunk.
   */
  readonly begin: (shared: Shared, member: number) => (phase: number, chunk: number) => Result
}

/** As structured clones go: what a helper is told. */
export interface Call {
  readonly id: number
  readonly module: string
  readonly name: string
  readonly shared: unknown
  readonly chunks: readonly number[]
  readonly counters: Int32Array<SharedArrayBuffer>
  readonly member: number
}

/** What a helper says: a result, or what went wrong. */
export interface Done {
  readonly id: number
  readonly chunk: number
  readonly result?: unknown
  readonly error?: unknown
}

/** More threads than this have little left to do. */
const THREADS_MAX = 4
/** What takes less than some fifty milliseconds is not worth telling a helper. */
const OPERATIONS_MIN = 5e7

interface Helper {
  readonly worker: Worker
  readonly port: MessagePort
}

let least = OPERATIONS_MIN
let wanted = Math.min(THREADS_MAX, availableParallelism())
let helpers: readonly Helper[] | undefined
let calls = 0

/** How many threads work at once, this one among them: as many as there are cores, four at most. */
export const threadCount = () => wanted

/** For tests: what comes out must not depend on it, nor on from how many operations on helpers are told. */
export function useThreads(count: number, operationsMin = OPERATIONS_MIN): void {
  least = operationsMin
  for (const { worker } of helpers ?? []) void worker.terminate()
  helpers = undefined
  wanted = count
}

/**
 * Does a job with all cores and waits for it. Phases come one after the other, each in so many chunks, which go to
 * whichever thread is free; a helper that is not there yet is not waited for. It costs about so many `operations`;
 * `report` is told of how many chunks of a phase are done.
 *
 * @returns the results of the last phase, by chunk
 */
export function together<Shared, Result>(
  job: Job<Shared, Result>,
  shared: Shared,
  chunks: readonly number[],
  operations: number,
  report: (done: number) => void = () => {},
): Result[] {
  const id = ++calls
  const others = wanted > 1 && operations >= least ? ready() : []
  const counters = createCounters(chunks.length)
  for (const [h, { port }] of others.entries())
    port.postMessage({ id, module: job.module, name: job.name, shared, chunks, counters, member: h + 1 } satisfies Call)
  const results: Result[] = []
  const last = chunks.length - 1
  try {
    takePart(chunks, counters, job.begin(shared, 0), (phase, chunk, result) => {
      if (phase === last) results[chunk] = result
      report(Atomics.load(counters, 2 * phase + 1))
    })
  } catch (error) {
    fail(counters)
    throw error
  }
  for (const { port } of others)
    for (let found = receiveMessageOnPort(port); found; found = receiveMessageOnPort(port)) {
      const { id: of, chunk, result, error } = found.message as Done
      if (of !== id) continue
      if (error) throw error
      results[chunk] = result as Result
    }
  return results
}

/** Of each phase the next chunk to take and how many are done; the very last is 1 where a thread has failed. */
function createCounters(phases: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * (2 * phases + 1)))
}

/** Wakes and ends whoever takes part. */
export function fail(counters: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(counters, counters.length - 1, 1)
  for (let at = 0; at < counters.length; at++) Atomics.notify(counters, at)
}

/** Whether there is nothing left for who comes now. */
export function isTaken(chunks: readonly number[], counters: Int32Array<SharedArrayBuffer>): boolean {
  return chunks.every((count, phase) => Atomics.load(counters, 2 * phase) >= count)
}

/** What every thread does: take chunks as long as there are any, then wait for the others to have done theirs. */
export function takePart<Result>(
  chunks: readonly number[],
  counters: Int32Array<SharedArrayBuffer>,
  run: (phase: number, chunk: number) => Result,
  found: (phase: number, chunk: number, result: Result) => void,
): void {
  const hasFailed = () => Atomics.load(counters, counters.length - 1) === 1
  for (const [phase, count] of chunks.entries()) {
    const [next, done] = [2 * phase, 2 * phase + 1]
    for (let chunk = Atomics.add(counters, next, 1); chunk < count; chunk = Atomics.add(counters, next, 1)) {
      found(phase, chunk, run(phase, chunk))
      if (Atomics.add(counters, done, 1) === count - 1) Atomics.notify(counters, done)
      if (hasFailed()) return
    }
    for (let at = Atomics.load(counters, done); at < count && !hasFailed(); at = Atomics.load(counters, done))
      Atomics.wait(counters, done, at, WAIT_MS)
    if (hasFailed()) return
  }
}

/** As long as what failed may go unnoticed. */
const WAIT_MS = 100

function ready(): readonly Helper[] {
  helpers ??= start(wanted - 1)
  return helpers
}

function start(count: number): readonly Helper[] {
  return Array.from({ length: count }, () => {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker(new URL('./helper.ts', import.meta.url), { workerData: port2, transferList: [port2] })
    worker.unref()
    return { worker, port: port1 as MessagePort }
  })
}
