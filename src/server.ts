import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { acceptedKeys, type Config, isPublic } from './config/config.ts'
import { jobLapseMs } from './config/environment.ts'
import { InternalFailure } from './contract/errors.ts'
import { openInsights } from './insights/insights.ts'
import { inspectHandlers } from './inspect/routes.ts'
import type { JobsOptions } from './jobs/runner/options.ts'
import { openJobs } from './jobs/runner/runner.ts'
import { faultOf, type Log, openLog } from './log.ts'
import { openMetrics } from './operate/metrics.ts'
import { openMonitor } from './operate/operate.ts'
import { openInvoke } from './operations/invoke.ts'
import type { Services } from './operations/operation.ts'
import { arnsOf } from './operations/shared/arns.ts'
import { openRegions } from './operations/shared/arns-in-region.ts'
import { openDatasets } from './operations/shared/datasets.ts'
import { openOwnArns } from './operations/shared/own-arns.ts'
import { quotas } from './operations/shared/quotas.ts'
import { openUnknownProperties } from './operations/shared/unknown-properties.ts'
import { startAutomaticTraining } from './operations/solution-versions/automatic-training.ts'
import { PlaceError } from './recommender/model-files/artifacts.ts'
import { beforeDone, openServing, type Serving } from './recommender/serving/serving.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { byPath } from './wire/aws/by-path.ts'
import type { Api } from './wire/aws/handle.ts'
import { createHttpServer } from './wire/http/http.ts'

/** Models of older trainings are deleted. A recommender leaves such a model every week. */
const SWEEP_EVERY_MS = 3_600_000

export interface RunningServer extends AsyncDisposable {
  /** The URL of the server, e.g. `http://127.0.0.1:7377`. */
  readonly url: string
  /**
   * Makes the server not ready. After the time to drain it accepts no more requests, answers those that it has, and
   * closes the store.
   */
  stop(): Promise<void>
}

/** Wires everything together: configuration → store, jobs, operations, wire → listening server. */
export async function startServer(config: Config): Promise<RunningServer> {
  const keys = acceptedKeys(config)
  const log = openLog(config.logLevel)
  const metrics = openMetrics()
  const store = await openStore(config.dataDir, config.store, metrics.batch)
  const serving = await openModels(config, store, log)
  const jobs = openJobs({ ...jobsOptions(config, store, log), beforeDone: beforeDone(serving) })
  const services: Services = {
    store,
    jobs,
    serving,
    log,
    datasets: openDatasets(store, openUnknownProperties(config.unknownProperties, log)),
    arns: arnsOf(config.accountId, config.region),
    quotas: quotas[config.quotas],
  }
  const ownArns = openOwnArns(store, services.arns)
  const api: Api = {
    log,
    answered: metrics.answered,
    refused: metrics.refused,
    inRegion: openRegions(services.arns),
    isKeyPublic: keys.some(isPublic),
    credentials: new Map(keys.map(key => [key.accessKeyId, key])),
    invoke: openInvoke(services, ownArns),
  }
  const monitor = openMonitor(config, metrics, services)
  const insights = openInsights(store)
  const connections = () => new Promise<number>(resolve => http.server.getConnections((_, count) => resolve(count)))
  const handlers = new Map([
    ...monitor.handlers(connections),
    ...inspectHandlers(api, { ...services, insights, ownArns }),
  ])
  const http = createHttpServer({
    corsOrigins: config.corsOrigins,
    ...monitor.http,
    receive: byPath(handlers, api),
  })
  try {
    await listen(http.server, config)
  } catch (error) {
    await jobs.close()
    await store.close()
    throw error
  }
  await jobs.resume()
  void store.purge()
  await serving.sweep()
  const training = startAutomaticTraining(services)
  const sweeping = setInterval(() => serving.sweep().catch(() => {}), SWEEP_EVERY_MS).unref()

  const stop = async () => {
    monitor.stop()
    if (config.drain > 0) await setTimeout(1000 * config.drain)
    await insights.close()
    await http.stop()
    monitor[Symbol.dispose]()
    clearInterval(sweeping)
    await training.stop()
    await jobs.close()
    serving[Symbol.dispose]()
    await store.close()
  }
  return { url: urlOf(http.server, config.host), stop, [Symbol.asyncDispose]: stop }
}

/**
 * Starts a worker, which runs the jobs of the servers on the same store and takes no requests. `stop` leaves running
 * jobs to others.
 */
export async function startWorker(config: Config): Promise<Pick<RunningServer, 'stop'>> {
  const log = openLog(config.logLevel)
  const store = await openStore(config.dataDir, config.store)
  const serving = await openModels(config, store, log)
  const jobs = openJobs(jobsOptions(config, store, log))
  await jobs.resume()
  // The timer also keeps the process alive while the database is away.
  const sweeping = setInterval(() => {
    void store.purge()
    serving.sweep().catch(() => {})
  }, SWEEP_EVERY_MS)
  return {
    async stop() {
      clearInterval(sweeping)
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
async function openModels({ dataDir, models }: Config, store: Store, log: Log): Promise<Serving> {
  const serving = openServing(store, dataDir, {
    models,
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

function jobsOptions(config: Config, store: Store, log: Log): JobsOptions {
  const { dataDir, models, s3, workers: concurrency } = config
  const strictImports = config.strictImports === 'on'
  const limits = { quotas: config.quotas === 'aws', minimums: config.minimums === 'on' }
  return { store, log, dataDir, models, s3, strictImports, concurrency, limits, lapseMs: jobLapseMs() }
}

/** Logs a fault of models: the message if it quotes no data, otherwise the place in the code. */
function warn(log: Log, error: unknown): void {
  if (error instanceof PlaceError)
    log.warn({ reason: error.message, place: error.where }, 'a model cannot be loaded or swept')
  else if (error instanceof InternalFailure)
    log.warn({ reason: error.message, hint: error.hint }, 'a model cannot be loaded, and an older one answers')
  else log.error(faultOf(error), 'a model cannot be loaded or swept')
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
