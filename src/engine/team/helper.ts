import { type MessagePort, workerData } from 'node:worker_threads'
import { type Done, fail, type HelperCall, isTaken, type TeamJob, takePart } from './part.ts'
import { lowerPriority } from './priority.ts'

/** The program of a helper thread: does its part of each job that it is told of. */
const port = workerData as MessagePort
// Below the thread that trains, which is below requests. Not the lowest priority, for where other programs keep the
// cores busy the training would wait for its helper.
lowerPriority(2)
port.on('message', (call: HelperCall) => void help(call))

async function help({ id, module, name, shared, chunks, counters, member }: HelperCall): Promise<void> {
  try {
    const { begin } = (await import(module))[name] as TeamJob<unknown, unknown>
    if (isTaken(chunks, counters)) return
    takePart(chunks, counters, begin(shared, member), (phase, chunk, result) => {
      if (result !== undefined && phase === chunks.length - 1) send({ id, chunk, result })
    })
  } catch (error) {
    send({ id, chunk: -1, error })
    fail(counters)
  }
}

function send(message: Done): void {
  port.postMessage(message)
}
