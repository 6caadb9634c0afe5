/**
 * Measures GetRecommendations, signed, with 25 items in a reply. It prints requests/s and latency in small and large
 * catalogues, and in a shop as dense as MovieLens-1M: without a filter, with one, with 500 items, and for users who ask
 * the same again within a visit. Each of the others asks for the first time. The yardsticks are a server that only reads
 * and parses (bench/support/bare-server.ts), and the row without a filter: medians of rounds in turn. Then it measures
 * the first shop while the server trains it again, and prints where the time of a call goes there, on one thread.
 *
 *     npm run bench:recommend [-- --shops 10000,100000,750000,dense --calls 4000 --threads 2 --users 50000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { openApi } from '../src/cli/client.ts'
import { createRandom } from '../src/engine/math/random.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { printProfile } from './support/profile.ts'
import { signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'
import { type BenchShop, CAMPAIGN, CATEGORIES, FILTER, openShop, SOLUTION, shopOf, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    shops: { type: 'string', default: '10000,100000,750000,dense' },
    calls: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '8' },
    threads: { type: 'string' },
    users: { type: 'string', default: '50000' },
  },
})
const calls = Number(values.calls)
const connections = Number(values.connections)

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls, ${connections} connections`,
)
console.log('\nshop      asked   calls/s  p50 ms  p99 ms  calls/s to bare  to once  p99 to the smallest  MiB')
const bare = await startProcess(['bench/support/bare-server.ts'])
/** Users ask once, once with a filter, for 500 items, or what they have asked before, with nothing put meanwhile. */
const KINDS = ['once', 'filter', '500', 'again'] as const
type Kind = (typeof KINDS)[number]
/** The p99 of the first shop. */
const smallest = new Map<Kind, number>()
/** The kinds are asked in turn, so that a slow moment of the machine is not that of one kind. */
const ROUNDS = 5
/** Chooses the values of filters. */
const random = createRandom(2)
const shops = values.shops.split(',')
for (const name of shops) await measure(name, shopOf(name, Number(values.users)))
await bare.stop()

async function measure(name: string, shop: BenchShop): Promise<void> {
  const visitors = visitorsOf(shop)
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await openShop(dataDir, shop)
  const server = await startPersonalite(dataDir, [], values.threads ? ['--threads', values.threads] : [])
  const [yardstick, ...kinds] = await inTurn(
    ['bare', ...KINDS] as const,
    { rounds: ROUNDS, warmUps: 1 },
    async kind => {
      if (kind === 'bare') return runBare()
      const users = visitors(Math.ceil(calls / ROUNDS))
      if (kind === 'again') await run(server.url, kind, users)
      return run(server.url, kind, users)
    },
  )
  for (const [at, kind] of KINDS.entries()) {
    const rounds = kinds[at]!
    const p99ms = median(rounds.map(({ p99ms }) => p99ms))
    const least = smallest.getOrInsert(kind, p99ms)
    const cells = [
      name.padEnd(9),
      kind.padEnd(6),
      ...cellsOf(rounds),
      ratio(rounds, yardstick!, 3).padStart(16),
      ratio(rounds, kinds[0]!).padStart(8),
      (p99ms / least).toFixed(2).padStart(20),
      String(server.peakMemoryMiB() ?? '').padStart(6),
    ]
    console.log(cells.join(' '))
  }
  if (name === shops[0]) await measureWhileTraining(server.url, visitors)
  await server.stop()
  if (name === shops[0]) await showProfile(dataDir, visitors)
  rmSync(dataDir, { recursive: true })
}

/** Training must not slow requests down: prints their latency while it runs, as a ratio to the latency without it. */
async function measureWhileTraining(url: string, visitors: Visitors): Promise<void> {
  const idle = await run(url, 'once', visitors(calls))
  const call = openApi(url)
  const { solutionVersionArn } = await call('CreateSolutionVersion', { solutionArn: SOLUTION })
  const busy = await run(url, 'once', visitors(calls))
  const { solutionVersion } = await call('DescribeSolutionVersion', { solutionVersionArn: solutionVersionArn! })
  if (solutionVersion!.status !== 'CREATE IN_PROGRESS') console.log(`(training was ${solutionVersion!.status} by then)`)
  const p99 = `p99 ${idle.p99ms.toFixed(2)} ms, while training ${busy.p99ms.toFixed(2)} ms`
  console.log(`          ${p99}: ${(busy.p99ms / idle.p99ms).toFixed(2)} times as long`)
}

async function showProfile(dataDir: string, visitors: Visitors): Promise<void> {
  console.log('\nwhere the time goes, µs a call')
  const work = async ({ url }: ServerProcess) => {
    await run(url, 'once', visitors(calls))
    return calls
  }
  await printProfile(dataDir, work, ['--threads', '1'])
}

/** The next users of a shop, this many of them. */
type Visitors = (count: number) => readonly number[]

/**
 * All users of a shop in an order of chance, then from the beginning: what was worked out for a user is remembered, and
 * would be counted instead of a question.
 */
function visitorsOf({ users }: BenchShop): Visitors {
  const random = createRandom(10)
  const order = Array.from({ length: users }, (_, user) => ({ user, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ user }) => user)
  let next = 0
  return count => Array.from({ length: count }, () => order[next++ % users]!)
}

/** Sends a request for each user. */
function run(url: string, kind: Kind, users: readonly number[]): Promise<LoadResult> {
  const now = new Date()
  const requests = users.map(user => {
    const userId = shopper(user)
    const filterValues = { CATEGORY: `"category-${Math.floor(random() * CATEGORIES)}"` }
    const asked = {
      campaignArn: CAMPAIGN,
      userId,
      ...(kind === 'filter' ? { filterArn: FILTER, filterValues } : {}),
      ...(kind === '500' ? { numResults: 500 } : {}),
    }
    return signedRequest(url, 'POST', '/recommendations', asked, now)
  })
  return sendAll(url, requests, connections)
}

function runBare(): Promise<LoadResult> {
  const request = signedRequest(bare.url, 'POST', '/users', { campaignArn: CAMPAIGN }, new Date())
  return sendAll(
    bare.url,
    Array.from({ length: Math.ceil(calls / ROUNDS) }, () => request),
    connections,
  )
}
