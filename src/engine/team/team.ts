import { availableParallelism } from 'node:os'
import { type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { type Done, fail, type HelperCall, type TeamJob, takePart } from './part.ts'

/** More threads than this have little left to do. */
const THREADS_MAX = 4
/** A job of less than some fifty milliseconds is not worth telling a helper. */
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

/** For tests: the result must not depend on it, nor on the number of operations from which on helpers are told. */
export function useThreads(count: number, operationsMin = OPERATIONS_MIN): void {
  least = operationsMin
  for (const { worker } of helpers ?? []) void worker.terminate()
  helpers = undefined
  wanted = count
}

/**
 * Does a job with all cores and waits for it. Phases come one after the other. Each has a number of chunks, which go to
 * any thread that is free; a helper that is not there yet is not waited for. It costs about this many `operations`;
 * `report` is told how many chunks of a phase are done.
 *
 * @returns the results of the last phase, by chunk
 */
export function runOnAllCores<Shared, Result>(
  job: TeamJob<Shared, Result>,
  shared: Shared,
  chunks: readonly number[],
  operations: number,
  report: (done: number) => void = () => {},
): Result[] {
  const id = ++calls
  const others = wanted > 1 && operations >= least ? ready() : []
  const counters = createCounters(chunks.length)
  for (const [h, { port }] of others.entries())
    port.postMessage({
      id,
      module: job.module,
      name: job.name,
      shared,
      chunks,
      counters,
      member: h + 1,
    } satisfies HelperCall)
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
