import { JobFailure } from './failure.ts'
import type { RunJob } from './job.ts'

/** Temporary: stands where batch inference and batch segment jobs will be. */
export const runBatch: RunJob = async () => {
  throw new JobFailure('not built yet')
}
