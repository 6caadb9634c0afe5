import type { Config } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import { version } from '../config/version.ts'
import { jobStatuses } from '../jobs/statuses.ts'
import type { Log } from '../log.ts'
import type { Services } from '../operations/operation.ts'
import type { Retention } from '../retention/retention.ts'
import type { HttpOptions } from '../wire/http/http.ts'
import { openLoad } from '../wire/http/load.ts'
import { healthHandlers } from './health.ts'
import type { ServerMetrics, Snapshot } from './metrics.ts'
import { openReadiness, within } from './readiness.ts'

/** The health, readiness, metrics and load of a server. */
interface Monitor extends Disposable {
  /** Options with which the HTTP server counts requests, and refuses those beyond its load. */
  readonly http: Pick<HttpOptions, 'load' | 'isStopping' | 'onShed'>
  /** Returns the handlers for load balancers and Prometheus. @param connections returns the number of connections */
  handlers(connections: () => Promise<number>): ReturnType<typeof healthHandlers>
  /** From now on the server is not ready, and asks clients to close their connections. */
  stop(): void
}

/** A scrape is answered without values that take longer to read. */
const PATIENCE_MS = 1_000

type Monitored = Pick<Services, 'store' | 'serving' | 'datasets'> & {
  readonly retention: Pick<Retention, 'counts'>
  readonly audit: { counts(): NonNullable<Snapshot['audit']> } | undefined
}

/**
 * Returns the monitor of a server's health, readiness, metrics and load.
 * @param services returns the services that answer now: a server that is reset has others
 */
export function openMonitor(config: Config, metrics: ServerMetrics, log: Log, services: () => Monitored): Monitor {
  const readiness = openReadiness(() => services().store)
  const load = openLoad(config.maxRequests)
  const tellOfShedding = sheddingTeller(log)
  const tally = async () => {
    const counts = await within(PATIENCE_MS, services().store.resources.tally(), []).catch(() => [])
    return counts.filter(({ kind }) => kind in jobStatuses)
  }
  const snapshot = async (connections: () => Promise<number>): Promise<Snapshot> => ({
    ...services().serving.held(),
    inFlight: load.inFlight,
    connections: await connections(),
    isReady: (await readiness.why()) === undefined,
    jobs: await tally(),
    unknownProperties: [...services().datasets.unknown.all()].map(({ datasetArn, name, count }) => {
      return { dataset: datasetArn.slice(datasetArn.indexOf('/') + 1), property: name, count }
    }),
    retention: services().retention.counts(),
    audit: services().audit?.counts(),
    version,
  })
  return {
    http: {
      load,
      isStopping: readiness.isStopping,
      onShed(reason) {
        metrics.shed(reason)
        tellOfShedding()
      },
    },
    handlers: connections =>
      healthHandlers({
        whyNotReady: readiness.why,
        metrics: async () => metrics.text(await snapshot(connections)),
        metricsToken: config.metricsToken,
        isExposed: !isLoopback(config.host),
      }),
    stop: readiness.stop,
    [Symbol.dispose]() {
      load[Symbol.dispose]()
      metrics[Symbol.dispose]()
    },
  }
}

const TELL_EVERY_MS = 10_000

/**
 * Returns a function that logs refused requests, with their number, every ten seconds at most. A line for each would be
 * a load of its own.
 */
function sheddingTeller(log: Log): () => void {
  let count = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return () => {
    count++
    if (performance.now() < toldAt + TELL_EVERY_MS) return
    log.warn({ requests: count }, 'more requests than can be answered: some are told to try again')
    count = 0
    toldAt = performance.now()
  }
}
