import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { BatchListener } from '../options.ts'
import { StoreError } from '../store.ts'
import { isLasting } from './trouble.ts'
import type { ToWriter, Write, WriteName, WriteResult, Writes } from './writer.ts'

/** At most this many writes share a transaction; more wait for the next one. */
const BATCH_MAX = 256

/**
 * At the writer at once: it has the next by the time that this thread, which is at something else, hears of the first.
 */
const BATCHES = 2

interface Waiting {
  readonly write: Write
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Sends writes to the writer thread in batches; writes that come while two are there make the next. */
export class WriterClient {
  readonly #port: MessagePort
  #queue: Waiting[] = []
  readonly #inFlight: Waiting[][] = []
  /** When each of them was sent. */
  readonly #sentAt: number[] = []
  readonly #onBatch: BatchListener | undefined
  #scheduled = false
  #closed: Error | undefined
  /** Why nothing can be written until the store is opened anew. */
  trouble: string | undefined
  #whenIdle: (() => void) | undefined

  constructor(port: MessagePort, onBatch?: BatchListener) {
    this.#port = port
    this.#onBatch = onBatch
    port.on('message', this.#settle)
    port.on('close', () => this.fail(new Error('the store is closed')))
  }

  /** Resolves when the write is committed and on disk. */
  write<Name extends WriteName>(name: Name, argument: Parameters<Writes[Name]>[0]): Promise<ReturnType<Writes[Name]>> {
    if (this.#closed) return Promise.reject(this.#closed)
    const { promise, resolve, reject } = Promise.withResolvers<ReturnType<Writes[Name]>>()
    this.#queue.push({ write: [name, argument], resolve: resolve as (value: unknown) => void, reject })
    this.#schedule()
    return promise
  }

  /** A port for the client of another thread. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#port.postMessage({ connect: port2 } satisfies ToWriter, [port2])
    return port1
  }

  /** Rejects the waiting calls and all later ones, since the writer has ended. */
  lose(error: StoreError): void {
    this.trouble ??= error.message
    this.fail(error)
  }

  /** Rejects the waiting calls and all later ones. */
  fail(error: Error): void {
    this.#closed ??= error
    for (const waiting of [...this.#inFlight.splice(0).flat(), ...this.#queue.splice(0)]) waiting.reject(error)
    this.#whenIdle?.()
  }

  /** Resolves when all earlier calls are committed; refuses later ones. */
  async close(): Promise<void> {
    this.#closed ??= new Error('the store is closed')
    if (this.#inFlight.length + this.#queue.length > 0) {
      await new Promise<void>(resolve => {
        this.#whenIdle = resolve
      })
    }
    this.#port.close()
  }

  /**
   * Waits until all that runs now has asked for its writes, so that those of requests answered together go together.
   */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight.length === BATCHES) return
    this.#scheduled = true
    process.nextTick(() => {
      this.#scheduled = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#inFlight.length === BATCHES || this.#queue.length === 0) return
    const batch = this.#queue.splice(0, BATCH_MAX)
    this.#inFlight.push(batch)
    this.#sentAt.push(performance.now())
    this.#port.postMessage(batch.map(waiting => waiting.write) satisfies ToWriter)
  }

  readonly #settle = (results: readonly WriteResult[]) => {
    const settled = this.#inFlight.shift()
    if (!settled) return // the writer has ended since
    const sentAt = this.#sentAt.shift()!
    this.#send()
    this.#onBatch?.(settled.length, performance.now() - sentAt)
    for (const [index, waiting] of settled.entries()) {
      const result = results[index]!
      if ('value' in result) waiting.resolve(result.value)
      else {
        const { code, message } = result.error
        if (code === 'unavailable' && isLasting(message)) this.trouble ??= message
        waiting.reject(toError(result.error))
      }
    }
    if (this.#inFlight.length + this.#queue.length === 0) this.#whenIdle?.()
  }
}

function toError({ code, message }: Extract<WriteResult, { error: unknown }>['error']): Error {
  return code === 'fault' ? new Error(`the store failed: ${message}`) : new StoreError(code, message)
}
