import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { openAudit } from './audit/audit.ts'
import { type Backend, openBackend, openWorker } from './backend.ts'
import { openClock } from './clock.ts'
import { type AccessKey, acceptedKeys, type Config, IN_MEMORY } from './config/config.ts'
import { InvalidInputException } from './contract/errors.ts'
import { openLog } from './log.ts'
import { openMetrics } from './operate/metrics.ts'
import { openMonitor } from './operate/operate.ts'
import { makePrivateDirectory, openStore, type PrivateDirectory } from './store/open.ts'
import { oneAfterTheOther } from './store/serialize.ts'
import type { Store } from './store/store.ts'
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
   * Empties a server in memory: no resources, no data, no pins, the time that it started with. Requests that are under
   * way may fail.
   * @throws Error if it has a data directory or a database of its own
   */
  reset(): Promise<void>
  /**
   * Makes the server not ready. After the time to drain it accepts no more requests, answers those that it has, and
   * closes the store.
   */
  stop(): Promise<void>
}

const KEPT = 'Only a server with the data directory :memory: can be reset: others keep their data'

/** Wires everything together: configuration → store, jobs, operations, wire → listening server. */
export async function startServer(given: Config): Promise<RunningServer> {
  const keys = acceptedKeys(given)
  const log = openLog(given.logLevel)
  const metrics = openMetrics()
  const clock = openClock()
  const setClock = () => (given.now === undefined ? clock.release() : clock.stopAt(given.now))
  setClock()
  const audit = await openAudit(given, log)
  const directory = openDirectory(given)
  const config = { ...given, dataDir: directory.path }
  const monitor = openMonitor(config, metrics, log, () => ({ ...backend.services, audit }))
  const connections = () => new Promise<number>(resolve => http.server.getConnections((_, count) => resolve(count)))
  const handlers = monitor.handlers(connections)
  const inOrder = oneAfterTheOther()
  const shed = (reason: string) => monitor.http.onShed?.(reason)
  const handled = audit?.handled
  const open = (store: Store) =>
    openBackend(store, { config, keys, log, metrics, handlers, handled, shed, reset: inTurn })
  let [store, backend] = await openAll(
    () => openStore(config.dataDir, config.store, metrics.batch, clock),
    open,
    directory,
  )
  const http = createHttpServer({
    corsOrigins: config.corsOrigins,
    ...monitor.http,
    receive: head => backend.receive(head),
  })
  try {
    await listen(http.server, config)
  } catch (error) {
    await closeAll()
    throw error
  }
  await backend.begin()
  let stopped: Promise<void> | undefined
  return {
    url: urlOf(http.server, config.host),
    credentials: { ...keys[0]! }, // SDKs write into it
    region: config.region,
    dataDir: directory.path,
    reset: inTurn,
    stop,
    [Symbol.asyncDispose]: stop,
  }

  function inTurn(): Promise<void> {
    return inOrder(reset)
  }

  async function reset(): Promise<void> {
    if (given.dataDir !== IN_MEMORY || !store.emptied) throw new InvalidInputException(KEPT)
    await backend.close()
    store = await store.emptied()
    directory.empty()
    setClock()
    backend = await open(store)
    await backend.begin()
  }

  function stop(): Promise<void> {
    stopped ??= drainAndClose()
    return stopped
  }

  async function drainAndClose(): Promise<void> {
    monitor.stop()
    if (config.drain > 0) await setTimeout(1000 * config.drain)
    await backend.endAnalyses()
    await http.stop()
    monitor[Symbol.dispose]()
    await inOrder(closeAll)
  }

  async function closeAll(): Promise<void> {
    await backend.close()
    await store.close()
    directory.remove()
    await audit?.close()
  }
}

/** Opens a store, and what answers from it. Where that fails, a private directory is deleted. */
async function openAll(
  openStore: () => Promise<Store>,
  open: (store: Store) => Promise<Backend>,
  directory: PrivateDirectory,
): Promise<[Store, Backend]> {
  try {
    const store = await openStore()
    return [store, await open(store)]
  } catch (error) {
    directory.remove()
    throw error
  }
}

/**
 * Starts a worker, which runs the jobs of the servers on the same store and takes no requests. `stop` leaves running
 * jobs to others.
 */
export async function startWorker(given: Config): Promise<Pick<RunningServer, 'stop'>> {
  const directory = openDirectory(given)
  const worker = await openWorker({ ...given, dataDir: directory.path }, openLog(given.logLevel))
  return {
    async stop() {
      await worker.stop()
      directory.remove()
    },
  }
}

/** Where the files of a process are. Only a private directory is ever emptied or deleted. */
function openDirectory({ dataDir }: Config): PrivateDirectory {
  return dataDir === IN_MEMORY ? makePrivateDirectory() : { path: dataDir, empty() {}, remove() {} }
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
