import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { type Nodes, recovered, startNodes } from '#test/nodes.ts'
import type { Postgres } from '#test/postgres.ts'
import { LOCAL_KEY } from '../../src/config/config.ts'
import { openStore } from '../../src/store/open.ts'
import { check } from '../crash/check.ts'
import { putLoadThrough, type Target } from '../crash/load.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { foundByServer, prepareServer, serverTarget } from '../crash/server-target.ts'

/** The number of rounds with a fault. */
export const roundsOf = (usual: number): number => Number(process.env.PERSONALITE_CRASH_ROUNDS ?? usual)

/** Longer than any server may be silent. */
const HANG_MS = 35_000

/** The official clients with their usual retries, which take silence for a failure. */
export function patientClients(endpoint: string) {
  const requestHandler = { requestTimeout: HANG_MS, throwOnRequestTimeout: true }
  const options = { endpoint, region: 'us-east-1', credentials: LOCAL_KEY, requestHandler }
  return { personalize: new PersonalizeClient(options), events: new PersonalizeEventsClient(options) }
}

/** Servers in processes of their own, and the PostgreSQL that they share, or the nodes of Citus. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Postgres[]
  /** The URL of the database at each node, without a proxy. */
  readonly urls: readonly string[]
  /** The first of these. */
  readonly database: string
  readonly dataDir: string
  readonly servers: ServerProcess[]
  /** Starts a server, or one in the place of another. By default each is at another node. */
  serve(place: number, way?: string): Promise<ServerProcess>
}

interface Options {
  /** Settings of each PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>
  /** The error of the clock of each server, in milliseconds. */
  readonly clocks?: readonly number[]
  /**
   * The URL by which each server reaches the database, one for each server, from its URLs at the nodes. By default there
   * are two servers without a proxy.
   */
  readonly waysTo?: (urls: readonly string[]) => Promise<readonly string[]>
  /** The ways by which the nodes reach each other. */
  readonly waysBetween?: Parameters<Nodes['createDatabase']>[1]
}

export async function startCluster(options: Options = {}): Promise<Cluster> {
  const { settings, waysTo, waysBetween, clocks = [] } = options
  const dataDir = await temporaryDirectory()
  const started = await startNodes(settings)
  const servers: ServerProcess[] = []
  const close = async () => {
    await Promise.all(servers.map(server => server.kill()))
    await started[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, maxRetries: 5 })
  }
  try {
    const urls = await started.createDatabase('faults', waysBetween)
    const database = urls[0]!
    const serve = async (place: number, way = urls[place % urls.length]!) => {
      servers[place] = await start(dataDir, ['--store', way], wrongBy(clocks[place]))
      return servers[place]
    }
    const ways = waysTo ? await waysTo(urls) : [undefined, undefined]
    await Promise.all(ways.map((way, place) => serve(place, way)))
    await prepareServer(servers[0]!.url, patientClients(servers[0]!.url))
    return { nodes: started.nodes, urls, database, dataDir, servers, serve, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts two servers. The first reaches a node of the database through a proxy that fails when the test says so. */
export async function startBehindProxy(node = 0): Promise<Cluster & { readonly way: Way }> {
  await using used = new AsyncDisposableStack()
  let way: Way
  const waysTo = async (urls: readonly string[]) => {
    way = used.use(await startWay(urls[node]!))
    return [way.url, urls[(node + 1) % urls.length]!]
  }
  const cluster = await startCluster({ waysTo })
  used.defer(() => cluster[Symbol.asyncDispose]())
  const both = used.move()
  return { ...cluster, way: way!, [Symbol.asyncDispose]: () => both.disposeAsync() }
}

function wrongBy(ms = 0): Readonly<Record<string, string>> {
  if (ms === 0) return {}
  return { CLOCK_OFF_MS: `${ms}`, NODE_OPTIONS: `--import ${new URL('./clock.ts', import.meta.url)}` }
}

/** The acknowledged calls, and the other answers. */
export class Outcomes {
  readonly acknowledged = new Set<number>()
  readonly failures: Error[] = []
  acknowledge = (call: number) => void this.acknowledged.add(call)
  fail = (error: Error) => void this.failures.push(error)
}

/**
 * Puts load on all of the servers while something happens to them, once they have acknowledged a call. Resolves when
 * every call has its answer.
 */
export async function underLoad(
  { servers, dataDir }: Pick<Cluster, 'servers' | 'dataDir'>,
  round: number,
  outcomes: Outcomes,
  happens: () => Promise<void>,
): Promise<void> {
  const clients = servers.map(({ url }) => patientClients(url))
  const targets = await Promise.all(servers.map(({ url }, place) => serverTarget(url, dataDir, clients[place])))
  let isOver = false
  const before = outcomes.acknowledged.size
  const load = putLoadThrough(inTurn(targets), round, () => isOver, outcomes)
  try {
    await eventually('an acknowledged call', () => outcomes.acknowledged.size > before)
    await happens()
  } finally {
    isOver = true
    await load
    for (const { personalize, events } of clients) for (const client of [personalize, events]) client.destroy()
  }
}

/** Each call goes to the next server, so that the calls of one caller go to all. */
export function inTurn(targets: readonly Target[]): Target {
  let turn = 0
  const next = () => targets[turn++ % targets.length]!
  return {
    putUsers: rows => next().putUsers(rows),
    putItems: rows => next().putItems(rows),
    putEvents: rows => next().putEvents(rows),
    importUsers: rows => next().importUsers(rows),
  }
}

/**
 * Asserts that every acknowledged call is in the store, and no call in part.
 * @param singles calls of a test's own, of one row each
 */
export async function assertWhole(
  { dataDir, database, urls = [] }: Pick<Cluster, 'dataDir'> & Partial<Pick<Cluster, 'database' | 'urls'>>,
  { acknowledged }: Outcomes,
  singles: readonly number[] = [],
): Promise<void> {
  await recovered(urls)
  await using store = await openStore(dataDir, database)
  const { lost, torn } = await check(acknowledged, await foundByServer(store))
  assert.deepEqual({ lost, torn: torn.filter(call => !singles.includes(call)) }, { lost: [], torn: [] })
  assert.ok(acknowledged.size > 0)
}

/**
 * Asserts that SDKs retry all failures: a closed connection, or a fault of the server. Refusals and timeouts fail the
 * test.
 */
export function assertRetried({ failures }: Outcomes): void {
  const wrong = failures.filter(error => {
    const { code, $metadata = {} } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
    const { httpStatusCode = 500 } = $metadata
    // A connection that the other end closed has this name as well.
    return httpStatusCode < 500 || (error.name === 'TimeoutError' && code !== 'ECONNRESET' && code !== 'EPIPE')
  })
  assert.deepEqual(wrong, [])
}

/** Asserts that servers took no fault of the database for one of their own: they answered 503, not 500. */
export function assertNoFaults({ servers }: Pick<Cluster, 'servers'>): void {
  const faults = servers.flatMap(server => server.logged()).filter(({ msg }) => msg === 'internal failure')
  assert.deepEqual(faults, [])
}

export const counted = ({ acknowledged, failures }: Outcomes) =>
  `acknowledged ${acknowledged.size}, failed ${failures.length}, lost 0, torn 0`
