import { openAccess } from '../access/access.ts'
import { stsHandler } from '../access/sts.ts'
import { type AccessKey, type Config, isPublic } from '../config/config.ts'
import { openInsights } from '../insights/insights.ts'
import { inspectHandlers } from '../inspect/handlers.ts'
import { openFiles } from '../jobs/objects/files.ts'
import { openJobs } from '../jobs/runner/runner.ts'
import { faultOf, type Log } from '../log.ts'
import type { ServerMetrics } from '../operate/metrics.ts'
import { type Faults, openFaults } from '../operations/faults.ts'
import { type Invoke, openInvoke } from '../operations/invoke.ts'
import type { Services } from '../operations/operation.ts'
import { type GivenPin, pin } from '../operations/recommendations/pin.ts'
import { openPins } from '../operations/recommendations/pins.ts'
import { arnsOf } from '../operations/shared/arns.ts'
import { openRegions } from '../operations/shared/arns-in-region.ts'
import { openDatasets } from '../operations/shared/datasets.ts'
import { openOwnArns } from '../operations/shared/own-arns.ts'
import { quotas } from '../operations/shared/quotas.ts'
import { openUnknownMembers } from '../operations/shared/unknown-members.ts'
import { openUnknownProperties } from '../operations/shared/unknown-properties.ts'
import { startAutomaticTraining } from '../operations/solution-versions/automatic-training.ts'
import { openRequestPool } from '../recommender/serving/pools.ts'
import { beforeDone } from '../recommender/serving/serving.ts'
import { openRetention, type Retention } from '../retention/retention.ts'
import type { Store } from '../store/store.ts'
import type { Api } from '../wire/aws/api.ts'
import { byPath, type PathHandler, type Received } from '../wire/aws/by-path.ts'
import type { Head } from '../wire/aws/request.ts'
import { jobsOptions, threadsOf } from './jobs-options.ts'
import { openModels, SWEEP_EVERY_MS } from './open-models.ts'

/** All of a server that is behind its port, but for the store. */
export interface Backend {
  readonly services: Services & { readonly retention: Retention }
  receive(head: Head): Received
  /** Does the jobs of the store from now on, and trains what is due. */
  begin(): Promise<void>
  /** Pins an answer. @throws InvalidInputException as `/inspect/pins` does */
  pin(given: GivenPin): Promise<void>
  /** Ends the requests that wait for an analysis. */
  endAnalyses(): Promise<void>
  /** Ends its work; the store stays open. */
  close(): Promise<void>
}

interface BackendOptions {
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
    pins: openPins(store),
  }
  const retention = openRetention({ store, log, keepEvents: config.keepEvents })
  const ownArns = openOwnArns(store, services.arns)
  const access = await openAccess(config, keys, services)
  const { faults, invoke } = invokeWith(config, openInvoke(services, ownArns))
  const api: Api = {
    log,
    answered: metrics.answered,
    refused: metrics.refused,
    leftOut: openUnknownMembers(log),
    handled: options.handled && withTracked(options.handled, services.datasets),
    inRegion: openRegions(services.arns),
    isKeyPublic: keys.some(isPublic),
    credentials: access.credentials,
    invoke,
  }
  const insights = openInsights(store)
  const handlers: readonly (readonly [string, PathHandler])[] = [
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
  ]
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
