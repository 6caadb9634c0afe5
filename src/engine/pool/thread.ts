import { parentPort, workerData } from 'node:worker_threads'
import { lowerPriority } from '../team/priority.ts'
import type { FromThread, PoolJob, ThreadSettings, ToThread } from './job.ts'

/** The program of a thread of a pool: opens what questions are about, and answers one question after the other. */
const port = parentPort!
const { niceness } = workerData as ThreadSettings
lowerPriority(niceness)

const answerers = new Map<number, (question: unknown) => unknown>()

port.on('message', (message: ToThread) => {
  if ('ask' in message) answer(message)
  else if ('close' in message) answerers.delete(message.close)
  else void open(message)
})

/** An error here ends the thread. */
async function open({ open: subject, module, name, shared }: Extract<ToThread, { open: number }>): Promise<void> {
  const job = (await import(module))[name] as PoolJob<unknown, unknown, unknown>
  answerers.set(subject, job.open(shared))
  tell({ opened: subject })
}

function answer({ ask, subject, question }: Extract<ToThread, { ask: number }>): void {
  const from = performance.now()
  try {
    const found = answerers.get(subject)!(question)
    tell({ ask, answer: found, ms: performance.now() - from }, buffersOf(found))
  } catch (error) {
    tell({ ask, error })
  }
}

/** The arrays of an answer that nothing else has a part of: they are moved to the other thread, not copied. */
function buffersOf(answer: unknown): ArrayBuffer[] {
  return Object.values(answer ?? {}).flatMap(value =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
      ? [value.buffer]
      : [],
  )
}

function tell(message: FromThread, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved)
}
