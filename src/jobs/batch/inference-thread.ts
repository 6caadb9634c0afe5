import { parentPort, workerData } from 'node:worker_threads'
import { ServiceException } from '../../contract/errors.ts'
import { yieldToRequests } from '../../recommender/serving/pools.ts'
import { openSharedStore } from '../../store/open.ts'
import type { StoreHandle } from '../../store/store.ts'
import { JobFailure } from '../failure.ts'
import type { Answers } from './answered.ts'
import type { BatchContext } from './open.ts'
import { openInference } from './open-inference.ts'

/** The job of a thread. */
export interface ThreadOfInference extends Omit<BatchContext, 'store'> {
  readonly handle: StoreHandle
  /** When the job began, in milliseconds since 1970. */
  readonly begun: number
}

/** A message from the thread: that its model is there, the answers to lines, or why there are none. */
export type FromThread = 'ready' | Answers | { readonly failed: string }

// Loads the model of a batch inference job, and answers what lines come, on a connection to the store of its own.
yieldToRequests('batch')
const { handle, begun, ...context } = workerData as ThreadOfInference

await tell(async () => {
  const { answer } = await openInference({ ...context, store: await openSharedStore(handle) }, begun)
  parentPort!.on('message', (lines: readonly string[]) => tell(() => answer(lines)))
  return 'ready'
})

/** An error that is no failure of the job ends the thread. */
async function tell(work: () => Promise<FromThread>): Promise<void> {
  try {
    parentPort!.postMessage(await work())
  } catch (error) {
    if (!(error instanceof JobFailure || error instanceof ServiceException)) throw error
    parentPort!.postMessage({ failed: error.message } satisfies FromThread)
  }
}
