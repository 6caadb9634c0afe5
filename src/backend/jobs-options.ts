import { availableParallelism } from 'node:os'
import type { Config } from '../config/config.ts'
import { jobLapseMs } from '../config/environment.ts'
import { trainingMemory } from '../config/memory.ts'
import type { JobsOptions } from '../jobs/runner/options.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'

/** Fewer events are read from the store in some seconds. */
const SNAPSHOTS_FROM = 1_000_000

/** The most threads that score items, for requests or for a batch. */
export function threadsOf({ threads = availableParallelism() }: Config): number {
  return threads
}

/** How a server or a worker with these settings runs the jobs of a store. */
export function jobsOptions(config: Config, store: Store, log: Log): JobsOptions {
  const { dataDir, models, s3, keepEvents, workers: concurrency } = config
  const threads = threadsOf(config)
  const strictImports = config.strictImports === 'on'
  const limits = { quotas: config.quotas === 'aws', minimums: config.minimums === 'on' }
  const bounds = { memory: trainingMemory(config) }
  const snapshotsFrom = config.trainingSnapshots === 'on' ? SNAPSHOTS_FROM : undefined
  return {
    store,
    log,
    dataDir,
    models,
    s3,
    strictImports,
    keepEvents,
    concurrency,
    threads,
    limits,
    bounds,
    snapshotsFrom,
    lapseMs: jobLapseMs(),
  }
}
