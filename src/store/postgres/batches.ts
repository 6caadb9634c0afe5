import type { BatchListener } from '../options.ts'

import { isStoreError } from '../store.ts'

/** At most this many calls share a statement; more wait for the next one. */
const BATCH_MAX = 256

interface Waiting<Call> {
  readonly call: Call
  resolve(): void
  reject(error: unknown): void
}

/**
 * Group commit: calls that wait go together, in one statement and one round trip. They are acknowledged when it is
 * committed. Calls that come meanwhile make the next batch. One batch is under way at a time, so that calls land in
 * their order.
 */
export class Batches<Call> {
  readonly #store: (calls: readonly Call[]) => Promise<readonly (Error | undefined)[]>
  readonly #onBatch: BatchListener | undefined
  #queue: Waiting<Call>[] = []
  #running: Promise<void> | undefined
  #closed: Error | undefined

  /**
   * @param store stores all of the calls; returns for each the error that refused it, if any. Throws where none is
   *   stored
   */
  constructor(store: (calls: readonly Call[]) => Promise<readonly (Error | undefined)[]>, onBatch?: BatchListener) {
    this.#store = store
    this.#onBatch = onBatch
  }

  /** Resolves when the call is committed and on disk. */
  add(call: Call): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when all earlier calls are committed; refuses later ones. */
  async close(): Promise<void> {
    this.#closed ??= new Error('the store is closed')
    await this.#running
  }

  async #run(): Promise<void> {
    // Calls read in this turn of the event loop go along.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH_MAX)
      const startedAt = performance.now()
      const outcomes = await this.#outcomes(batch.map(({ call }) => call))
      this.#onBatch?.(batch.length, performance.now() - startedAt)
      for (const [index, waiting] of batch.entries()) {
        const error = outcomes[index]
        if (error) waiting.reject(error)
        else waiting.resolve()
      }
      // Calls that waited meanwhile would wait as long again, in vain.
      if (isStoreError(outcomes[0], 'unavailable'))
        for (const waiting of this.#queue.splice(0)) waiting.reject(outcomes[0])
    }
    this.#running = undefined
  }

  /** One that cannot be stored fails alone: then each is stored by itself. */
  async #outcomes(calls: readonly Call[]): Promise<readonly (Error | undefined)[]> {
    try {
      return await this.#store(calls)
    } catch (error) {
      if (calls.length === 1 || isStoreError(error, 'unavailable')) return calls.map(() => error as Error)
    }
    const outcomes: (Error | undefined)[] = []
    for (const call of calls) outcomes.push(...(await this.#outcomes([call])))
    return outcomes
  }
}
