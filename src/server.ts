import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { openAudit } from './audit/audit.ts'
import { type Backend, openBackend } from './backend/backend.ts'
import { migrationTeller } from './backend/migration-teller.ts'
import { openWorker } from './backend/worker.ts'
import { openClock } from './clock.ts'
import { type AccessKey, acceptedKeys, type Config, IN_MEMORY } from './config/config.ts'
import { isEveryAddress } from './config/loopback.ts'
import { consoleHandlers } from './console/console.ts'
import { InvalidInputException } from './contract/errors.ts'
import { faultOf, type Log, openLog } from './log.ts'
import { openMetrics, type ServerMetrics } from './operate/metrics.ts'
import { openMonitor } from './operate/operate.ts'
import { type FirstData, fillDirectory, makePrivateDirectory, openStore, type PrivateDirectory } from './store/open.ts'
import { oneAfterTheOther } from './store/serialize.ts'
import type { Store } from './store/store.ts'
import { openTls } from './wire/http/certificate.ts'
import { createHttpServer } from './wire/http/http.ts'

export interface RunningServer extends AsyncDisposable {
  /** The URL of the server, e.g. `http://127.0.0.1:7377`. */
  readonly url: string
  /** A key that it accepts, and the region in its ARNs. */
  readonly credentials: AccessKey
  readonly region: string
  /** Where its files are. In memory it is a private directory, which is deleted in the end. */
  readonly dataDir: string
  /**
   * Resolves, with the reason, when only another server can write: a newer version has brought the database further
   * than this one can follow, or the thread that writes has ended. This one answers calls that write with 503 then, and
   * should be stopped.
   */
  readonly ended: Promise<string>
  /**
   * Empties a server in memory: no resources, no data, no pins, the time that it started with. One with a seed has the
   * data and pins of the seed again. Requests that are under way may fail.
   * @throws Error if it has a data directory or a database of its own
   */
  reset(): Promise<void>
  /**
   * Makes the server not ready. After the time to drain it accepts no more requests, answers those that it has, and
   * closes the store.
   */
  stop(): Promise<void>
}

/** The seed of a server: its first data, and the answers that it pins. */
export interface Seeding extends FirstData {
  /** Pins the answers of a server that is opened, also after a reset. */
  pin(pin: Backend['pin']): Promise<void>
}

const KEPT = 'Only a server with the data directory :memory: can be reset: others keep their data'

/** Wires everything together: configuration → store, jobs, operations, wire → listening server. */
export async function startServer(given: Config, seeding?: Seeding): Promise<RunningServer> {
  const keys = acceptedKeys(given)
  const log = openLog(given.logLevel)
  const metrics = openMetrics()
  const tls = await openTls(given, log)
  const audit = await openAudit(given, log)
  const place = openPlace(given, { metrics, log, seeding })
  const config = { ...given, dataDir: place.directory.path }
  const monitor = openMonitor(config, metrics, log, () => ({ ...backend.services, audit }))
  const handlers = [...monitor.handlers(() => connectionsOf(http.server)), ...consoleHandlers(config)]
  const inOrder = oneAfterTheOther()
  const shed = (reason: string) => monitor.http.onShed?.(reason)
  const handled = audit?.handled
  const open = (store: Store) =>
    openBackend(store, { config, keys, log, metrics, handlers, handled, shed, reset: inTurn })
  let [store, backend] = await openAll(place, open)
  const http = createHttpServer({
    corsOrigins: config.corsOrigins,
    tls,
    ...monitor.http,
    receive: head => backend.receive(head),
  })
  try {
    await listen(http.server, config)
    await begin()
  } catch (error) {
    await close()
    throw error
  }
  let stopped: Promise<void> | undefined
  return {
    url: urlOf(http.server, config),
    credentials: { ...keys[0]! }, // SDKs write into it
    region: config.region,
    dataDir: config.dataDir,
    ended: place.ended,
    reset: inTurn,
    stop,
    [Symbol.asyncDispose]: stop,
  }

  async function begin(): Promise<void> {
    await backend.begin()
    await seeding?.pin(backend.pin)
  }

  function inTurn(): Promise<void> {
    return inOrder(reset)
  }

  async function reset(): Promise<void> {
    await place.prepareAgain(store)
    await backend.close()
    store = await place.openAgain(store)
    backend = await open(store)
    await begin()
  }

  function stop(): Promise<void> {
    stopped ??= drainAndClose()
    return stopped
  }

  async function drainAndClose(): Promise<void> {
    monitor.stop()
    if (config.drain > 0) await setTimeout(1000 * config.drain)
    await close()
  }

  async function close(): Promise<void> {
    await backend.endAnalyses()
    await http.stop()
    monitor[Symbol.dispose]()
    await inOrder(closeAll)
  }

  async function closeAll(): Promise<void> {
    await backend.close()
    await store.close()
    place.directory.remove()
    await audit?.close()
  }
}

/** Returns, once only another process can write to the store, the reason, which is logged. */
async function endOf({ ended }: Pick<Store, 'ended'>, log: Log): Promise<string> {
  const { message: reason, cause } = await ended
  log.error({ ...(cause !== undefined && faultOf(cause)), reason }, 'the store can be written no more')
  return reason
}

/** Opens a store, and what answers from it. Where that fails, a private directory is deleted. */
async function openAll(place: Place, open: (store: Store) => Promise<Backend>): Promise<[Store, Backend]> {
  try {
    const store = await place.open()
    return [store, await open(store)]
  } catch (error) {
    place.directory.remove()
    throw error
  }
}

/**
 * Starts a worker, which runs the jobs of the servers on the same store and takes no requests. `stop` leaves running
 * jobs to others.
 */
export async function startWorker(given: Config): Promise<Pick<RunningServer, 'stop' | 'ended'>> {
  const directory = openDirectory(given)
  const log = openLog(given.logLevel)
  const worker = await openWorker({ ...given, dataDir: directory.path }, log)
  return {
    ended: endOf(worker, log),
    async stop() {
      await worker.stop()
      directory.remove()
    },
  }
}

interface Place {
  readonly directory: PrivateDirectory
  /** Resolves, with the reason, when only another process can write to the store. */
  readonly ended: Promise<string>
  /** Opens the store. With a seed it begins with the seed's data. */
  open(): Promise<Store>
  /** Goes before `openAgain`, while the server is whole. @throws InvalidInputException if the data are to be kept */
  prepareAgain(store: Store): Promise<void>
  /** Opens the store as it was at first, empty or with the seed's data. */
  openAgain(store: Store): Promise<Store>
}

interface PlaceOptions {
  readonly metrics: ServerMetrics
  readonly log: Log
  readonly seeding: Seeding | undefined
}

/** Where the data of a server are. */
function openPlace({ dataDir, store: url, now }: Config, { metrics, log, seeding }: PlaceOptions): Place {
  const directory = openDirectory({ dataDir })
  const clock = openClock()
  const setClock = () => (now === undefined ? clock.release() : clock.stopAt(now))
  const end = Promise.withResolvers<string>()
  const open = async () => {
    setClock()
    if (seeding) await fillDirectory(directory.path, seeding)
    const options = { onBatch: metrics.batch, clock, migrating: migrationTeller(log) }
    const store = await openStore(directory.path, url, options)
    void endOf(store, log).then(end.resolve)
    return store
  }
  return {
    directory,
    ended: end.promise,
    open,
    async prepareAgain(store) {
      if (dataDir !== IN_MEMORY || !store.emptied) throw new InvalidInputException(KEPT)
      await seeding?.template() // it may be gone by now, and is made anew
    },
    async openAgain(store) {
      if (seeding) {
        await store.close()
        directory.clear()
        return open()
      }
      const empty = await store.emptied!()
      directory.empty()
      setClock()
      return empty
    },
  }
}

/** Where the files of a process are. Only a private directory is ever emptied or deleted. */
function openDirectory({ dataDir }: Pick<Config, 'dataDir'>): PrivateDirectory {
  return dataDir === IN_MEMORY ? makePrivateDirectory() : { path: dataDir, empty() {}, clear() {}, remove() {} }
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise(resolve => server.getConnections((_, count) => resolve(count)))
}

/** Of a server on every address it is one that clients on this machine reach, and that a certificate may have. */
function urlOf(server: Server, { host, tlsCert }: Config): string {
  const { port } = server.address() as AddressInfo
  const name = isEveryAddress(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http${tlsCert === undefined ? '' : 's'}://${name}:${port}`
}
