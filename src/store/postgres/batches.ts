import type { BatchListener } from '../options.ts'

import { isStoreError } from '../store.ts'

/** At most this many calls share a statement; more wait for the next one. */
const BATCH_MAX = 256

interface Waiting<Call, Answer> {
  readonly call: Call
  resolve(answer: Answer): void
  reject(error: unknown): void
}

interface BatchOptions {
  readonly onBatch?: BatchListener | undefined
  /** At most this many calls share a statement. */
  readonly most?: number
}

/**
 * Calls that wait go together, in one statement and one round trip; of writes that is group commit. They are answered
 * when it has ended. Calls that come meanwhile make the next batch. One batch is under way at a time. So writes land in
 * their order, and a read sees all that had ended when it was asked for.
 */
export class Batches<Call, Answer = undefined> {
  readonly #run: (calls: readonly Call[]) => Promise<readonly (Answer | Error)[]>
  readonly #onBatch: BatchListener | undefined
  readonly #most: number
  #queue: Waiting<Call, Answer>[] = []
  #running: Promise<void> | undefined
  #closed: Error | undefined

  /** @param run returns each call's answer, or the error that refused it. Throws where none of them is done */
  constructor(
    run: (calls: readonly Call[]) => Promise<readonly (Answer | Error)[]>,
    { onBatch, most = BATCH_MAX }: BatchOptions = {},
  ) {
    this.#run = run
    this.#onBatch = onBatch
    this.#most = most
  }

  /** Resolves when the call is done: a write is committed and on disk. */
  add(call: Call): Promise<Answer> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, resolve, reject })
      this.#running ??= this.#runAll()
    })
  }

  /** Resolves when all earlier calls are done; refuses later ones. */
  async close(): Promise<void> {
    this.#closed ??= new Error('the store is closed')
    await this.#running
  }

  async #runAll(): Promise<void> {
    // Calls read in this turn of the event loop go along.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#most)
      const startedAt = performance.now()
      const outcomes = await this.#outcomes(batch.map(({ call }) => call))
      this.#onBatch?.(batch.length, performance.now() - startedAt)
      for (const [index, waiting] of batch.entries()) {
        const outcome = outcomes[index]!
        if (outcome instanceof Error) waiting.reject(outcome)
        else waiting.resolve(outcome)
      }
      // Calls that waited meanwhile would wait as long again, in vain.
      if (isStoreError(outcomes[0], 'unavailable'))
        for (const waiting of this.#queue.splice(0)) waiting.reject(outcomes[0])
    }
    this.#running = undefined
  }

  /** One that cannot be done fails alone: then each is done by itself. */
  async #outcomes(calls: readonly Call[]): Promise<readonly (Answer | Error)[]> {
    try {
      return await this.#run(calls)
    } catch (error) {
      if (calls.length === 1 || isStoreError(error, 'unavailable')) return calls.map(() => error as Error)
    }
    const outcomes: (Answer | Error)[] = []
    for (const call of calls) outcomes.push(...(await this.#outcomes([call])))
    return outcomes
  }
}
