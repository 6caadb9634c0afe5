/**
 * Measures one, two and four servers on one PostgreSQL, and on three nodes of Citus where PERSONALITE_CITUS names the
 * folder of a built one (scripts/build-citus.sh). Beside them it measures the embedded store, and a server that
 * only reads and parses (bench/support/bare-server.ts), in turn in one run. It prints PutUsers, PutEvents and
 * GetRecommendations calls/s (signed, durable, with 10 users or 10 events in a call), and the processor time of a call:
 * of its servers, and of the database with all that the other servers on it ask of it meanwhile. Of servers that share
 * a database it prints how many items, put at one, another did not know; the time until another knows them without
 * being asked; and the processor time that an event costs each other server, and the database. At last, the bytes of a
 * row.
 *
 *     npm run bench:scale [-- --calls 2000 --rounds 3 --servers 1,2,4 --shards 4 --items 10000 --shoppers 20000
 *       --users 200000 --interactions 600000]
 *
 * With several numbers of shards, `--shards 4,32`, there is a database on Citus for each.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { query } from '#test/citus-database.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { openApi } from '../src/cli/client.ts'
import { fillUsers, USERS_DATASET, userId } from './support/datasets.ts'
import { measureFreshness } from './support/freshness.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { postgresMs, type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { measureReading } from './support/reading-cost.ts'
import { putEventsRequest, putUsersRequest, signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'
import { measureRowBytes, sizes } from './support/row-bytes.ts'
import { CAMPAIGN, GROUP, openShop, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    calls: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    servers: { type: 'string', default: '1,2,4' },
    shards: { type: 'string', default: '4' },
    items: { type: 'string', default: '10000' },
    shoppers: { type: 'string', default: '20000' },
    users: { type: 'string', default: '200000' },
    interactions: { type: 'string', default: '600000' },
  },
})
const [calls, rounds, users, interactions] = [values.calls, values.rounds, values.users, values.interactions].map(
  Number,
) as [number, number, number, number]
const counts = values.servers.split(',').map(Number)
/** The shop for the recommendations, and the users of the PutUsers calls. */
const SHOP = { items: Number(values.items), users: Number(values.shoppers), eventsEach: 10 }
const PUT_AMONG = Math.min(users, 100_000)
const FRESH_ITEMS = 500
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' }

interface Contender {
  readonly name: string
  readonly servers: readonly ServerProcess[]
  /** Of the shop's events; each server has one, and those that share a database have the same. */
  readonly trackingId?: string
  /** The database that the servers share. */
  readonly database?: SharedDatabase
}

/** A database on which several servers run, each with a model of the same shop in memory. */
interface SharedDatabase {
  readonly name: string
  readonly url: string
  /** The processor time that all its processes have used, in milliseconds. */
  processorMs(): number
}

const directory = mkdtempSync(join(tmpdir(), 'personalite-bench-'))
await using postgres = await startPostgres(SETTINGS)
await using citus = CITUS ? await startCitus(SETTINGS) : undefined
try {
  await compare()
} finally {
  rmSync(directory, { recursive: true })
}

async function compare(): Promise<void> {
  console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}`)
  console.log(
    'the servers, PostgreSQL and the client share these cores: several servers are for correctness, not for speed',
  )
  const settings = Object.entries(SETTINGS).map(setting => setting.join('='))
  console.log(`PostgreSQL commits to disk as it does by default; ${settings.join(', ')}`)
  const plain = await databaseOn('PostgreSQL', postgres, [postgres])
  if (!citus) console.log(MISSING)
  const bare = await startProcess(['bench/support/bare-server.ts'])
  const contenders: readonly Contender[] = [
    { name: 'bare', servers: [bare] },
    await embeddedServer(),
    ...(await serversOn(plain)),
    ...(citus ? await serversOnCitus(citus) : []),
  ]
  const walBefore = (await sizes(plain.url, ['records'])).wal
  await measureInTurn('PutUsers, 10 users a call', contenders, calls, 64, putUsers)
  const wal = (await sizes(plain.url, ['records'])).wal - walBefore
  console.log(`WAL of a PutUsers call: ${(wal / (counts.length * calls * (rounds + 1))).toFixed(0)} bytes`)
  await measureInTurn('PutEvents, 10 events a call', contenders, Math.ceil(calls / 4), 64, putEvents)
  await measureInTurn('GetRecommendations, 25 items a call', contenders, Math.ceil(calls / 4), 16, getRecommendations)
  await measureSharing(contenders)
  const servers = new Set(contenders.flatMap(contender => contender.servers))
  const peaks = [...servers].slice(1).map(server => server.peakMemoryMiB())
  console.log(`peak memory of the embedded server and of those that share a database: ${peaks.join(', ')} MiB`)
  await Promise.all([...servers].map(server => server.stop()))
  await printRowBytes()
}

async function databaseOn(name: string, on: Postgres | Citus, nodes: readonly Postgres[]): Promise<SharedDatabase> {
  const processorMs = () => nodes.reduce((sum, { dataDir }) => sum + postgresMs(dataDir), 0)
  return { name, url: await on.createDatabase(name), processorMs }
}

/** For each number of shards a database, and its contenders. */
async function serversOnCitus(citus: Citus): Promise<readonly Contender[]> {
  const contenders: Contender[] = []
  for (const shards of values.shards.split(',')) {
    const name = `Citus-${shards}`
    const database = await databaseOn(name, citus, [citus.coordinator, ...citus.workers])
    const { pathname } = new URL(database.url)
    await query(
      Object.assign(new URL(citus.coordinator.url), { pathname }).href,
      `ALTER DATABASE "${name}" SET citus.shard_count = ${Number(shards)}`,
    )
    contenders.push(...(await serversOn(database)))
  }
  return contenders
}

async function embeddedServer(): Promise<Contender> {
  const dataDir = join(directory, 'embedded')
  await openShop(dataDir, SHOP)
  await fillUsers(dataDir, PUT_AMONG)
  const server = await startPersonalite(dataDir)
  return { name: 'embedded store', servers: [server], trackingId: await makeReady([server]) }
}

/** A shop in the database, and for each of the counts a contender of this many servers. */
async function serversOn(database: SharedDatabase): Promise<readonly Contender[]> {
  const { name, url } = database
  const [home, models] = [join(directory, name), join(directory, name, 'models')]
  await openShop(home, SHOP, { store: url, models })
  await fillUsers(home, PUT_AMONG, url)
  const flags = ['--store', url, '--models', models]
  const start = (_: unknown, number: number) => startPersonalite(join(home, `${number}`), [], flags)
  const servers = await Promise.all(Array.from({ length: Math.max(...counts) }, start))
  const trackingId = await makeReady(servers)
  return counts.map(count => {
    const of = `${name}, ${count} ${count === 1 ? 'server' : 'servers'}`
    return { name: of, servers: servers.slice(0, count), trackingId, database }
  })
}

/** Has each load the model, which it does for the first request. Returns the id of a tracker. */
async function makeReady(servers: readonly ServerProcess[]): Promise<string> {
  const [first] = await Promise.all(
    servers.map(async ({ url }) => {
      const call = openApi(url)
      await call('GetRecommendations', { campaignArn: CAMPAIGN, userId: shopper(0) })
      return call
    }),
  )
  return `${(await first!('CreateEventTracker', { name: 'bench', datasetGroupArn: GROUP })).trackingId}`
}

/** Measures the cost and the time until servers that share a database know of each other's puts. */
async function measureSharing(contenders: readonly Contender[]): Promise<void> {
  console.log('\nPutItems at one server, then GetRecommendations at the next; and 1,200 events/s put at one')
  console.log('servers               unknown items  known ms p50     p99  µs an event: another server  database')
  for (const { name, servers, trackingId, database } of contenders) {
    if (!database) continue
    const { asked, unknown, lags } = await measureFreshness(
      database.url,
      servers.map(({ url }) => url),
      FRESH_ITEMS,
    )
    const at = (share: number) => lags[Math.floor(share * lags.length)]!.toFixed(1)
    const someEvents = (url: string, events: number) =>
      putEventsRequest(url, trackingId!, Math.floor(Math.random() * SHOP.users), SHOP.items, events)
    const { reader, database: ofDatabase } = await measureReading(servers, database.processorMs, someEvents)
    const cells = [`${unknown} of ${asked}`, at(0.5), at(0.99), show(reader), show(ofDatabase)]
    const widths = [13, 13, 7, 28, 9]
    console.log([name.padEnd(21), ...cells.map((cell, index) => cell.padStart(widths[index]!))].join(' '))
  }
}

function show(number: number): string {
  return Number.isNaN(number) ? '-' : number.toFixed(1)
}

async function printRowBytes(): Promise<void> {
  console.log('\nbytes a row in PostgreSQL           rows      rows/s  table  indexes   both    WAL')
  for (const bytes of await measureRowBytes(await postgres.createDatabase('rows'), users, interactions)) {
    const { what, rows, rowsPerSecond, table, indexes, wal } = bytes
    const numbers = [rowsPerSecond, table, indexes, table + indexes, wal].map(number => number.toFixed(0))
    const widths = [11, 6, 8, 6, 6]
    const cells = numbers.map((number, index) => number.padStart(widths[index]!))
    console.log([what.padEnd(24), rows.toLocaleString('en').padStart(15), ...cells].join(' '))
  }
}

type Request = (url: string, call: number, contender: Contender) => Buffer

function putUsers(url: string): Buffer {
  const ids = Array.from({ length: 10 }, () => userId(Math.floor(Math.random() * PUT_AMONG)))
  return putUsersRequest(url, USERS_DATASET, ids, new Date())
}

function putEvents(url: string, call: number, { trackingId = 'none' }: Contender): Buffer {
  return putEventsRequest(url, trackingId, (call * 7919) % SHOP.users, SHOP.items, 10)
}

function getRecommendations(url: string, call: number): Buffer {
  const user = shopper((call * 7919) % SHOP.users)
  return signedRequest(url, 'POST', '/recommendations', { campaignArn: CAMPAIGN, userId: user }, new Date())
}

/** Measures the contenders in turn, and prints the medians of their rounds. */
async function measureInTurn(
  what: string,
  contenders: readonly Contender[],
  count: number,
  connections: number,
  request: Request,
): Promise<void> {
  console.log(`\n${what}: ${count} calls over ${connections} connections, ${rounds} rounds`)
  console.log('servers                calls/s  p50 ms  p99 ms  to embedded  to bare  µs a call: servers  database')
  const results = await inTurn(contenders, { rounds, warmUps: 1 }, async contender => {
    const result = await withCost(contender, count, () => sendToAll(contender, count, connections, request))
    await setTimeout(500) // what is left to do in the background is done for itself
    return result
  })
  const [bare, embedded] = results
  for (const [index, { name }] of contenders.entries()) {
    const of = results[index]!
    const ratios = [ratio(of, embedded!).padStart(12), ratio(of, bare!).padStart(8)]
    const cost = (['serversUs', 'databaseUs'] as const).map(key => median(of.map(result => result[key])))
    const costs = cost.map((us, column) => (Number.isNaN(us) ? '-' : us.toFixed(0)).padStart([20, 9][column]!))
    console.log([name.padEnd(21), ...cellsOf(of), ...ratios, ...costs].join(' '))
  }
}

/** Adds the processor time of a call, in microseconds: of the servers, and of the database, NaN where there is none. */
async function withCost({ servers, database }: Contender, count: number, run: () => Promise<LoadResult>) {
  const used = () => [
    servers.reduce((sum, server) => sum + server.processorMs(), 0),
    database?.processorMs() ?? Number.NaN,
  ]
  const before = used()
  const result = await run()
  const [serversUs, databaseUs] = used().map((ms, at) => (1000 * (ms - before[at]!)) / count)
  return { ...result, serversUs: serversUs!, databaseUs: databaseUs! }
}

/** Sends each server its share of the requests. The latencies are those of the slower server. */
async function sendToAll(
  contender: Contender,
  count: number,
  connections: number,
  request: Request,
): Promise<LoadResult> {
  const { servers } = contender
  const share = Math.ceil(count / servers.length)
  const requests = servers.map(({ url }, server) =>
    Array.from({ length: share }, (_, call) => request(url, server * share + call, contender)),
  )
  const startedAt = performance.now()
  const send = ({ url }: ServerProcess, index: number) => sendAll(url, requests[index]!, connections / servers.length)
  const results = await Promise.all(servers.map(send))
  const seconds = (performance.now() - startedAt) / 1000
  return {
    callsPerSecond: (share * servers.length) / seconds,
    p50ms: Math.max(...results.map(({ p50ms }) => p50ms)),
    p99ms: Math.max(...results.map(({ p99ms }) => p99ms)),
  }
}
