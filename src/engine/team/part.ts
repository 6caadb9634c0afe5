/**
 * Work that several threads can do together: who has a part of it to do imports the module and finds it there by name.
 */
export interface TeamJob<Shared, Result> {
  /** `import.meta.url` of the module that exports the job, and under which name. */
  readonly module: string
  readonly name: string
  /**
   * Called once on every thread, which is number `member`; returns a function that does one chunk of a phase. The
   * shared data are cloned, except for memory that threads share (`share`). The result must not depend on who does
   * which chunk.
   */
  readonly begin: (shared: Shared, member: number) => (phase: number, chunk: number) => Result
}

/** A message to a helper, by structured clone. */
export interface HelperCall {
  readonly id: number
  readonly module: string
  readonly name: string
  readonly shared: unknown
  readonly chunks: readonly number[]
  readonly counters: Int32Array<SharedArrayBuffer>
  readonly member: number
}

/** A helper's reply: a result, or an error. */
export interface Done {
  readonly id: number
  readonly chunk: number
  readonly result?: unknown
  readonly error?: unknown
}

/** Whether there is nothing left for who comes now. */
export function isTaken(chunks: readonly number[], counters: Int32Array<SharedArrayBuffer>): boolean {
  return chunks.every((count, phase) => Atomics.load(counters, 2 * phase) >= count)
}

/** Every thread's part: take chunks as long as there are any, then wait until the others have done theirs. */
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

/** As long as a failure may go unnoticed. */
const WAIT_MS = 100

/** Wakes and ends all that take part. */
export function fail(counters: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(counters, counters.length - 1, 1)
  for (let at = 0; at < counters.length; at++) Atomics.notify(counters, at)
}
