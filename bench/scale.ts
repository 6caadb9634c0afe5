/**
 * Measures one and two servers on one PostgreSQL. Beside them it measures the embedded store, and a server that only
 * reads and parses (bench/support/bare-server.ts), in turn in one run. It prints PutUsers calls/s (signed, durable,
 * with 10 users in a call) and GetRecommendations/s. It also prints the time until one server knows the records put to
 * another, and the bytes of a row.
 *
 *     npm run bench:scale [-- --calls 4000 --rounds 3 --users 1000000 --interactions 3000000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startPostgres } from '#test/postgres.ts'
import { fillUsers, USERS_DATASET, userId } from './support/datasets.ts'
import { measureFreshness } from './support/freshness.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { putUsersRequest, signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'
import { measureRowBytes, sizes } from './support/row-bytes.ts'
import { CAMPAIGN, openShop, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    calls: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '1000000' },
    interactions: { type: 'string', default: '3000000' },
  },
})
const [calls, rounds, users, interactions] = [values.calls, values.rounds, values.users, values.interactions].map(
  Number,
) as [number, number, number, number]
/** The shop for the recommendations, and the users of the PutUsers calls. */
const SHOP = { items: 10_000, users: 20_000, eventsEach: 10 }
const PUT_AMONG = Math.min(users, 100_000)
const FRESH_ITEMS = 500
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' }

interface Contender {
  readonly name: string
  readonly servers: readonly ServerProcess[]
}

const directory = mkdtempSync(join(tmpdir(), 'personalite-bench-'))
await using postgres = await startPostgres(SETTINGS)
try {
  await compare()
} finally {
  rmSync(directory, { recursive: true })
}

async function compare(): Promise<void> {
  console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}`)
  console.log(
    'the servers, PostgreSQL and the client share these cores: two servers are for correctness, not for speed',
  )
  const settings = Object.entries(SETTINGS).map(setting => setting.join('='))
  console.log(`PostgreSQL commits to disk as it does by default; ${settings.join(', ')}`)
  const url = await postgres.createDatabase('shop')
  const models = join(directory, 'models')
  const embedded = join(directory, 'embedded')
  await openShop(embedded, SHOP)
  await fillUsers(embedded, PUT_AMONG)
  await openShop(directory, SHOP, { store: url, models })
  await fillUsers(directory, PUT_AMONG, url)
  const start = (name: string) => startPersonalite(join(directory, name), [], ['--store', url, '--models', models])
  const [bare, alone, one, two] = await Promise.all([
    startProcess(['bench/support/bare-server.ts']),
    startPersonalite(embedded),
    start('one'),
    start('two'),
  ])
  const contenders = [
    { name: 'bare', servers: [bare] },
    { name: 'embedded store', servers: [alone] },
    { name: 'PostgreSQL, 1 server', servers: [one] },
    { name: 'PostgreSQL, 2 servers', servers: [one, two] },
  ]
  const walBefore = (await sizes(url, ['records'])).wal
  await measureInTurn('PutUsers, 10 users a call', contenders, calls, 64, putUsers)
  const wal = (await sizes(url, ['records'])).wal - walBefore
  console.log(`WAL of a PutUsers call: ${(wal / (2 * calls * (rounds + 1))).toFixed(0)} bytes`)
  await measureInTurn('GetRecommendations, 25 items a call', contenders, Math.ceil(calls / 4), 16, getRecommendations)

  const { asked, unknown, lags } = await measureFreshness(url, [one.url, two.url], FRESH_ITEMS)
  console.log(
    `\nPutItems at one server, then GetRecommendations at the other: ${unknown} of ${asked} items were unknown`,
  )
  const at = (share: number) => lags[Math.floor(share * lags.length)]!.toFixed(1)
  console.log(`without being asked another server knows an item after ${at(0.5)} ms (p50), ${at(0.99)} ms (p99)`)
  const peaks = [alone, one, two].map(server => server.peakMemoryMiB())
  console.log(`peak memory of the embedded server and the two on PostgreSQL: ${peaks.join(', ')} MiB`)
  await Promise.all([bare, alone, one, two].map(server => server.stop()))

  console.log('\nbytes a row in PostgreSQL           rows      rows/s  table  indexes   both    WAL')
  for (const bytes of await measureRowBytes(await postgres.createDatabase('rows'), users, interactions)) {
    const { what, rows, rowsPerSecond, table, indexes, wal } = bytes
    const numbers = [rowsPerSecond, table, indexes, table + indexes, wal].map(number => number.toFixed(0))
    const widths = [11, 6, 8, 6, 6]
    const cells = numbers.map((number, index) => number.padStart(widths[index]!))
    console.log([what.padEnd(24), rows.toLocaleString('en').padStart(15), ...cells].join(' '))
  }
}

type Request = (url: string, call: number) => Buffer

function putUsers(url: string): Buffer {
  const ids = Array.from({ length: 10 }, () => userId(Math.floor(Math.random() * PUT_AMONG)))
  return putUsersRequest(url, USERS_DATASET, ids, new Date())
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
  console.log('servers                calls/s  p50 ms  p99 ms  to embedded  to bare')
  const results = await inTurn(contenders, { rounds, warmUps: 1 }, async ({ servers }) => {
    const result = await sendToAll(servers, count, connections, request)
    await setTimeout(500) // what is left to do in the background is done for itself
    return result
  })
  const [bare, embedded] = results
  for (const [index, { name }] of contenders.entries()) {
    const of = results[index]!
    const ratios = [ratio(of, embedded!).padStart(12), ratio(of, bare!).padStart(8)]
    console.log([name.padEnd(21), ...cellsOf(of), ...ratios].join(' '))
  }
}

/** Sends each server its share of the requests. The latencies are those of the slower server. */
async function sendToAll(
  servers: readonly ServerProcess[],
  count: number,
  connections: number,
  request: Request,
): Promise<LoadResult> {
  const share = Math.ceil(count / servers.length)
  const requests = servers.map(({ url }) => Array.from({ length: share }, (_, call) => request(url, call)))
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
