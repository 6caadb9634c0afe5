/**
 * Measures GetRecommendations, signed, with 25 items in a reply. It prints requests/s and latency in small and large
 * catalogues, and in a shop as dense as MovieLens-1M: without a filter, with one, with 500 items, and for users who ask
 * the same again within a visit. The yardsticks are a server that only reads and parses (bench/support/bare-server.ts), in turn in the
 * same run, and the row without a filter. Then it measures the first shop while the server trains it again, and prints
 * where the time of a call goes there, on one thread.
 *
 *     npm run bench:recommend [-- --shops 10000,100000,750000,dense --calls 4000 --threads 2 --users 50000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { openApi } from '../src/cli/client.ts'
import { createRandom } from '../src/engine/math/random.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { printProfile } from './support/profile.ts'
import { signedRequest } from './support/requests.ts'
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
const smallest = new Map<Kind, LoadResult>()
/** Of the users who ask: others for each kind, since what was worked out for a user is remembered. */
let seed = 10
const shops = values.shops.split(',')
for (const name of shops) await measure(name, shopOf(name, Number(values.users)))
await bare.stop()

async function measure(name: string, shop: BenchShop): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await openShop(dataDir, shop)
  const server = await startPersonalite(dataDir, [], values.threads ? ['--threads', values.threads] : [])
  let once: LoadResult | undefined
  for (const kind of KINDS) {
    // The first round loads the model and warms up. Only those who ask again are its users.
    await run(server.url, kind, shop.users, 1)
    const yardstick = await runBare()
    const result = await run(server.url, kind, shop.users, kind === 'again' ? 1 : seed++)
    once ??= result
    const first = smallest.get(kind) ?? result
    smallest.set(kind, first)
    const cells = [
      name.padEnd(9),
      kind.padEnd(6),
      result.callsPerSecond.toFixed(0).padStart(8),
      result.p50ms.toFixed(2).padStart(7),
      result.p99ms.toFixed(2).padStart(7),
      (result.callsPerSecond / yardstick.callsPerSecond).toFixed(3).padStart(16),
      (result.callsPerSecond / once.callsPerSecond).toFixed(2).padStart(8),
      (result.p99ms / first.p99ms).toFixed(2).padStart(20),
      String(server.peakMemoryMiB() ?? '').padStart(6),
    ]
    console.log(cells.join(' '))
  }
  if (name === shops[0]) await measureWhileTraining(server.url, shop.users)
  await server.stop()
  if (name === shops[0]) await showProfile(dataDir, shop.users)
  rmSync(dataDir, { recursive: true })
}

/** Training must not slow requests down: prints their latency while it runs, as a ratio to the latency without it. */
async function measureWhileTraining(url: string, users: number): Promise<void> {
  const idle = await run(url, 'once', users, 3)
  const call = openApi(url)
  const { solutionVersionArn } = await call('CreateSolutionVersion', { solutionArn: SOLUTION })
  const busy = await run(url, 'once', users, 4)
  const { solutionVersion } = await call('DescribeSolutionVersion', { solutionVersionArn: solutionVersionArn! })
  if (solutionVersion!.status !== 'CREATE IN_PROGRESS') console.log(`(training was ${solutionVersion!.status} by then)`)
  const p99 = `p99 ${idle.p99ms.toFixed(2)} ms, while training ${busy.p99ms.toFixed(2)} ms`
  console.log(`          ${p99}: ${(busy.p99ms / idle.p99ms).toFixed(2)} times as long`)
}

async function showProfile(dataDir: string, users: number): Promise<void> {
  console.log('\nwhere the time goes, µs a call')
  const work = async ({ url }: ServerProcess) => {
    await run(url, 'once', users, seed++)
    return calls
  }
  await printProfile(dataDir, work, ['--threads', '1'])
}

/** Sends requests, each for another user. @param seed chooses the users */
function run(url: string, kind: Kind, users: number, seed: number): Promise<LoadResult> {
  const random = createRandom(seed)
  const now = new Date()
  const requests = Array.from({ length: calls }, () => {
    const userId = shopper(Math.floor(random() * users))
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
    Array.from({ length: calls }, () => request),
    connections,
  )
}
