import { resourceLimits, type Transferable, Worker } from 'node:worker_threads'
import { JobFailure } from '../failure.ts'
import type { Answers } from './answered.ts'
import type { AnsweringThread } from './answerers.ts'
import type { FromThread, ThreadOfInference } from './inference-thread.ts'

/**
 * Starts a thread that answers lines of a batch inference job. It says why it cannot by a JobFailure, or by the error
 * that has ended it.
 */
export function openAnsweringThread(
  workerData: ThreadOfInference,
  transferList: readonly Transferable[],
): AnsweringThread {
  const url = new URL('./inference-thread.ts', import.meta.url)
  const thread = new Worker(url, { workerData, transferList: [...transferList], resourceLimits })
  const waiting: PromiseWithResolvers<Answers>[] = []
  const ready = Promise.withResolvers<void>()
  let hasFailed = false
  let reason: unknown
  const fail = (why: unknown) => {
    if (!hasFailed) reason = why
    hasFailed = true
    ready.reject(reason)
    for (const { reject } of waiting.splice(0)) reject(reason)
  }
  thread.on('message', (message: FromThread) => {
    if (message === 'ready') ready.resolve()
    else if ('failed' in message) fail(new JobFailure(message.failed))
    else waiting.shift()!.resolve(message)
  })
  thread.once('error', fail).once('exit', () => fail(new Error('A thread of a batch has ended')))
  return {
    ready: ready.promise,
    answer(lines) {
      const next = Promise.withResolvers<Answers>()
      if (hasFailed) next.reject(reason)
      else waiting.push(next)
      thread.postMessage(lines)
      return next.promise
    },
    async close() {
      await thread.terminate()
    },
  }
}
