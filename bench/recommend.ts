/**
 * Measures GetRecommendations, signed, with 25 items in a reply. It prints requests/s and latency in small and large
 * catalogues: without a filter, with one, and for users who ask the same again within a visit. The yardsticks are a
 * server that only reads and parses (bench/support/bare-server.ts), in turn in the same run, and the row without a
 * filter. Then it measures the smallest catalogue while the server trains it again.
 *
 *     npm run bench:recommend [-- --items 10000,100000,750000 --calls 4000 --threads 2]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { openApi } from '../src/cli/client.ts'
import { createRandom } from '../src/engine/math/random.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { startPersonalite, startProcess } from './support/processes.ts'
import { signedRequest } from './support/requests.ts'
import { CAMPAIGN, CATEGORIES, FILTER, openShop, SOLUTION, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    items: { type: 'string', default: '10000,100000,750000' },
    calls: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '8' },
    threads: { type: 'string' },
  },
})
const calls = Number(values.calls)
const connections = Number(values.connections)
const USERS = 50_000
const EVENTS_EACH = 20

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls, ${connections} connections`,
)
console.log(`${USERS.toLocaleString('en')} users with ${EVENTS_EACH} events each`)
console.log('\nitems     asked   calls/s  p50 ms  p99 ms  calls/s to bare  to once  p99 to the smallest  MiB')
const bare = await startProcess(['bench/support/bare-server.ts'])
/** Users ask once, once with a filter, or what they have asked before, with nothing put meanwhile. */
const KINDS = ['once', 'filter', 'again'] as const
type Kind = (typeof KINDS)[number]
const smallest = new Map<Kind, LoadResult>()
const sizes = values.items.split(',').map(Number)
for (const items of sizes) await measure(items)
await bare.stop()

async function measure(items: number): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await openShop(dataDir, { items, users: USERS, eventsEach: EVENTS_EACH })
  const server = await startPersonalite(dataDir, [], values.threads ? ['--threads', values.threads] : [])
  let once: LoadResult | undefined
  for (const kind of KINDS) {
    // The first round loads the model and warms up. Only those who ask again are its users.
    await run(server.url, kind, 1)
    const yardstick = await runBare()
    const result = await run(server.url, kind, kind === 'again' ? 1 : 2)
    once ??= result
    const first = smallest.get(kind) ?? result
    smallest.set(kind, first)
    const cells = [
      items.toLocaleString('en').padEnd(9),
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
  if (items === sizes[0]) await measureWhileTraining(server.url)
  await server.stop()
  rmSync(dataDir, { recursive: true })
}

/** Training must not slow requests down: prints their latency while it runs, as a ratio to the latency without it. */
async function measureWhileTraining(url: string): Promise<void> {
  const idle = await run(url, 'once', 3)
  const call = openApi(url)
  const { solutionVersionArn } = await call('CreateSolutionVersion', { solutionArn: SOLUTION })
  const busy = await run(url, 'once', 4)
  const { solutionVersion } = await call('DescribeSolutionVersion', { solutionVersionArn: solutionVersionArn! })
  if (solutionVersion!.status !== 'CREATE IN_PROGRESS') console.log(`(training was ${solutionVersion!.status} by then)`)
  const p99 = `p99 ${idle.p99ms.toFixed(2)} ms, while training ${busy.p99ms.toFixed(2)} ms`
  console.log(`          ${p99}: ${(busy.p99ms / idle.p99ms).toFixed(2)} times as long`)
}

/** Sends requests, each for another user. @param seed chooses the users */
function run(url: string, kind: Kind, seed: number): Promise<LoadResult> {
  const random = createRandom(seed)
  const now = new Date()
  const requests = Array.from({ length: calls }, () => {
    const userId = shopper(Math.floor(random() * USERS))
    const filterValues = { CATEGORY: `"category-${Math.floor(random() * CATEGORIES)}"` }
    const filter = kind === 'filter' ? { filterArn: FILTER, filterValues } : {}
    return signedRequest(url, 'POST', '/recommendations', { campaignArn: CAMPAIGN, userId, ...filter }, now)
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
