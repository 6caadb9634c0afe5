import { availableParallelism } from 'node:os'
import { openAccess } from './access/access.ts'
import { stsHandler } from './access/sts.ts'
import { type AccessKey, type Config, isPublic } from './config/config.ts'
import { jobLapseMs } from './config/environment.ts'
import { trainingMemory } from './config/memory.ts'
import { InternalFailure } from './contract/errors.ts'
import { openInsights } from './insights/insights.ts'
import { inspectHandlers } from './inspect/routes.ts'
import { openFiles } from './jobs/objects/files.ts'
import type { JobsOptions } from './jobs/runner/options.ts'
import { openJobs } from './jobs/runner/runner.ts'
import { faultOf, type Log } from './log.ts'
import type { ServerMetrics } from './operate/metrics.ts'
import { type Faults, openFaults } from './operations/faults.ts'
import { type Invoke, openInvoke } from './operations/invoke.ts'
import type { Services } from './operations/operation.ts'
import { type GivenPin, pin } from './operations/recommendations/pin.ts'
import { openPins } from './operations/recommendations/pins.ts'
import { arnsOf } from './operations/shared/arns.ts'
import { openRegions } from './operations/shared/arns-in-region.ts'
import { openDatasets } from './operations/shared/datasets.ts'
import { openOwnArns } from './operations/shared/own-arns.ts'
import { quotas } from './operations/shared/quotas.ts'
import { openUnknownProperties } from './operations/shared/unknown-properties.ts'
import { startAutomaticTraining } from './operations/solution-versions/automatic-training.ts'
import { PlaceError } from './recommender/model-files/artifacts.ts'
import { openRequestPool, type Pool } from './recommender/serving/pools.ts'
import { beforeDone, openServing, type Serving } from './recommender/serving/serving.ts'
import { openRetention, type Retention } from './retention/retention.ts'
import type { MigrationListener } from './store/migrations.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { byPath, type PathHandler, type Received } from './wire/aws/by-path.ts'
import type { Api, Head } from './wire/aws/handle.ts'

/** Models of older trainings are deleted. A recommender leaves such a model every week. */
const SWEEP_EVERY_MS = 3_600_000

/** Fewer events are read from the store in some seconds. */
const SNAPSHOTS_FROM = 1_000_000

/** All of a server that is behind its port, but for the store. */
export interface Backend {
  readonly services: Services & { readonly retention: Retention }
  receive(head: Head): Received
  /** Does the jobs of the store from now on, and trains what is due. */
  begin(): Promise<void>
  /** Pins an answer. @throws InvalidInputException, ResourceNotFoundException as `/inspect/pins` does */
  pin(given: GivenPin): Promise<void>
  /** Ends the requests that wait for an analysis. */
  endAnalyses(): Promise<void>
  /** Ends its work; the store stays open. */
  close(): Promise<void>
}

export interface BackendOptions {
  /** With the path of its files as `dataDir`. */
  readonly config: Config
  readonly keys: readonly AccessKey[]
  readonly log: Log
  readonly metrics: ServerMetrics
  /** Of paths that are not the API's, beside those of `inspect/`. */
  readonly handlers: readonly (readonly [path: string, PathHandler])[]
  /** Is told of each request for the audit trail; undefined where there is none. */
  readonly handled: Api['handled']
  /** Is told why a request is refused that there are too many of. */
  readonly shed: (reason: string) => void
  /** Empties the server. @throws InvalidInputException if the data are to be kept */
  reset(): Promise<void>
}

/** Opens what answers requests from a store. @throws Error if the models cannot be opened; then the store is closed */
export async function openBackend(store: Store, options: BackendOptions): Promise<Backend> {
  const { config, keys, log, metrics, reset } = options
  const pool = openRequestPool({
    threads: threadsOf(config),
    shed: () => options.shed('threads'),
    failed: error => log.error(faultOf(error), 'a thread that scores items ended; another takes its place'),
  })
  const serving = await openModels(config, store, log, pool)
  const jobs = openJobs({ ...jobsOptions(config, store, log), beforeDone: beforeDone(serving) })
  const services: Services = {
    store,
    jobs,
    serving,
    log,
    datasets: openDatasets(store, openUnknownProperties(config.unknownProperties, log)),
    arns: arnsOf(config.accountId, config.region),
    quotas: quotas[config.quotas],
    pins: openPins(),
  }
  const retention = openRetention({ store, log, keepEvents: config.keepEvents })
  const ownArns = openOwnArns(store, services.arns)
  const access = await openAccess(config, keys, services)
  const { faults, invoke } = invokeWith(config, openInvoke(services, ownArns))
  const api: Api = {
    log,
    answered: metrics.answered,
    refused: metrics.refused,
    handled: options.handled && withTracked(options.handled, services.datasets),
    inRegion: openRegions(services.arns),
    isKeyPublic: keys.some(isPublic),
    credentials: access.credentials,
    invoke,
  }
  const insights = openInsights(store)
  const handlers = new Map([
    ...options.handlers,
    ['/', stsHandler(api, access.sts)],
    ...inspectHandlers(api, {
      ...services,
      config,
      insights,
      requests: metrics.requests,
      ownArns,
      access,
      faults,
      files: openFiles(config),
      reset,
      retention,
      trainDue: async () => work?.trainDue(),
    }),
  ])
  let work: ReturnType<typeof startWork> | undefined
  return {
    services: { ...services, retention },
    receive: byPath(handlers, api),
    async begin() {
      await jobs.resume()
      void store.purge()
      await serving.sweep()
      work = startWork(services, retention)
    },
    pin: given => pin(services, given),
    endAnalyses: () => insights.close(),
    async close() {
      await insights.close()
      await work?.stop()
      await jobs.close()
      serving[Symbol.dispose]()
      await pool?.close()
    },
  }
}

/** Starts the work of a server that nobody asks for: trainings that are due, and deletions of what is old. */
function startWork(services: Services, retention: Retention) {
  const { serving } = services
  const training = startAutomaticTraining(services)
  const sweeping = setInterval(() => serving.sweep().catch(() => {}), SWEEP_EVERY_MS).unref()
  void retention.start()
  return {
    trainDue: training.look,
    async stop() {
      clearInterval(sweeping)
      await Promise.all([training.stop(), retention.stop()])
    },
  }
}

/** Returns a listener that is also told whose a tracking id is: PutEvents names no other resource. */
function withTracked(handled: NonNullable<Api['handled']>, datasets: Services['datasets']): Api['handled'] {
  const tracked = async (trackingId: string) =>
    (await datasets.groupOfTracker(trackingId)) ?? (await datasets.ofTrackingId(trackingId))?.arn
  return request => {
    const { trackingId } = (request.input ?? {}) as { readonly trackingId?: unknown }
    if (typeof trackingId !== 'string' || request.error) return handled(request)
    tracked(trackingId).then(
      trackedArn => handled({ ...request, trackedArn }),
      () => handled(request),
    )
  }
}

/** Operations meet the faults that a test orders, where that is allowed. */
function invokeWith({ faults }: Config, invoke: Invoke): { readonly faults?: Faults; readonly invoke: Invoke } {
  return faults === 'on' ? openFaults(invoke) : { invoke }
}

/** Returns a function that logs how far the tables are that are brought up to date. */
export function migrationTeller(log: Log): MigrationListener {
  return progress => log.info(progress, 'bringing the tables up to date')
}

/**
 * Starts a worker, which runs the jobs of the servers on the same store and takes no requests. `stop` leaves running
 * jobs to others.
 */
export async function openWorker(
  config: Config,
  log: Log,
): Promise<{ stop(): Promise<void> } & Pick<Store, 'outgrown'>> {
  const store = await openStore(config.dataDir, config.store, { migrating: migrationTeller(log) })
  const serving = await openModels(config, store, log)
  const jobs = openJobs(jobsOptions(config, store, log))
  const retention = openRetention({ store, log, keepEvents: config.keepEvents })
  await jobs.resume()
  void retention.start()
  // The timer also keeps the process alive while the database is away.
  const sweeping = setInterval(() => {
    void store.purge()
    serving.sweep().catch(() => {})
  }, SWEEP_EVERY_MS)
  return {
    ...(store.outgrown && { outgrown: store.outgrown }),
    async stop() {
      clearInterval(sweeping)
      await retention.stop()
      await jobs.close()
      serving[Symbol.dispose]()
      await store.close()
    },
  }
}

/**
 * Opens the models in memory and in their place, which belongs to the store from now on.
 * @throws ForeignPlace if the place belongs to another store; then the store is closed
 */
async function openModels({ dataDir, models }: Config, store: Store, log: Log, pool?: Pool): Promise<Serving> {
  const serving = openServing(store, dataDir, {
    models,
    pool,
    failed: error => warn(log, error),
    deleting: ({ path, reason }) => log.info({ model: path, reason }, 'a model is deleted'),
  })
  try {
    await serving.claimModels()
    return serving
  } catch (error) {
    serving[Symbol.dispose]()
    await store.close()
    throw error instanceof PlaceError ? new Error(`${error.where}: ${error.message}`) : error
  }
}

/** The most threads that score items, for requests or for a batch. */
function threadsOf({ threads = availableParallelism() }: Config): number {
  return threads
}

function jobsOptions(config: Config, store: Store, log: Log): JobsOptions {
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

/** Logs a fault of models: the message if it quotes no data, otherwise the place in the code. */
function warn(log: Log, error: unknown): void {
  if (error instanceof PlaceError)
    log.warn({ reason: error.message, place: error.where }, 'a model cannot be loaded or swept')
  else if (error instanceof InternalFailure)
    log.warn({ reason: error.message, hint: error.hint }, 'a model cannot be loaded, and an older one answers')
  else log.error(faultOf(error), 'a model cannot be loaded or swept')
}
