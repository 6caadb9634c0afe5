import { type MessagePort, parentPort, type Worker } from 'node:worker_threads'
import type { Change } from '../store.ts'

/**
 * Changes that the writer announces to the thread that watches. They come by another port than the results of writes,
 * so they may come later. A counter in shared memory says how many are on their way: the writer counts a change before
 * the write is acknowledged to any thread.
 */

/** The counter of a store, for `workerData` of its writer. It may overflow: only differences count. */
export function newCounter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

/** In the writer thread: announces a change. To be called before the write is acknowledged. */
export function announce(counter: Int32Array, change: Change): void {
  Atomics.add(counter, 0, 1)
  ;(parentPort as MessagePort).postMessage(change)
}

/**
 * In the thread that watches: passes announced changes on to `tell`.
 * @returns a function that resolves when all changes announced before the call have come
 */
export function hearAnnouncements(
  writer: Worker,
  counter: Int32Array,
  tell: (change: Change) => void,
): () => Promise<void> {
  let heard = 0
  let waiting: { readonly upTo: number; resolve(): void }[] = []
  const isHeard = (upTo: number) => ((heard - upTo) | 0) >= 0
  writer.on('message', (change: Change) => {
    heard = (heard + 1) | 0
    tell(change)
    if (waiting.length === 0) return
    for (const { upTo, resolve } of waiting) if (isHeard(upTo)) resolve()
    waiting = waiting.filter(({ upTo }) => !isHeard(upTo))
  })
  // No more will come.
  writer.once('exit', () => {
    for (const { resolve } of waiting.splice(0)) resolve()
  })
  return async () => {
    const upTo = Atomics.load(counter, 0)
    if (upTo !== heard) await new Promise<void>(resolve => waiting.push({ upTo, resolve }))
  }
}
