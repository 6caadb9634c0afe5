/**
 * Measures PutEvents, signed and durable, while a campaign reads each event at once. It prints calls/s and latency,
 * with one event and with 10 in a call, for each number of events that were put before. The yardstick is a server that
 * only reads and parses (bench/support/bare-server.ts), in turn in the same run.
 *
 *     npm run bench:put-events [-- --events 1000000,10000000 --calls 10000 --rounds 5 --connections 1,64]
 *
 * `--sustained 100000` measures calls of 10 events without a pause instead, at the most connections. The time ends when
 * all events are out of the log, so the rate is that of a load which goes on for ever.
 *
 * A million events before take 3 s of processor time to fill in, 140 MB of disk, and 120 MB of memory.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { openApi } from '../src/cli/client.ts'
import { arnsOf } from '../src/operations/shared/arns.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { fillPutEvents, usersOf } from './support/put-events-fill.ts'
import { putEventsRequest, signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'
import { CAMPAIGN, GROUP, openShop, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    events: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,64' },
    sustained: { type: 'string', default: '0' },
  },
})
const sizes = values.events.split(',').map(Number)
const calls = Number(values.calls)
const rounds = Number(values.rounds)
const sustained = Number(values.sustained)
const manyConnections = values.connections.split(',').map(Number)
/** V8 compiles the server's code until some 30,000 calls have come, which takes 4 to 6 µs of each. */
const WARM_UPS = 4
const SHOP = { items: 10_000, users: 50_000, eventsEach: 20 }
const EVENTS_DATASET = arnsOf('000000000000', 'us-east-1').of('dataset/bench/INTERACTIONS')

/** A server to which calls are put. */
interface Contender {
  readonly server: ServerProcess
  /** How many users its events are of. */
  readonly users: number
  readonly trackingId: string
  /** Resolves when it has applied what was put. */
  settle(): Promise<unknown>
}

console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls, ${rounds} rounds`)
const dataDirs: string[] = []
const ours: Contender[] = []
for (const size of sizes) ours.push(await prepare(size))
const bare = {
  ...ours[0]!,
  server: await startProcess(['bench/support/bare-server.ts']),
  settle: async () => {},
}

console.log('\nserver               events a call  connections  calls/s  p50 ms  p99 ms  ratio to bare  to the first')
if (sustained > 0) await compare(10, Math.max(...manyConnections), sustained)
else
  for (const events of [1, 10])
    for (const connections of manyConnections)
      await compare(events, connections, connections === 1 ? Math.ceil(calls / 10) : calls)
for (const [i, { server }] of ours.entries())
  console.log(`${nameOf(sizes[i]!)}: peak memory ${server.peakMemoryMiB()} MiB`)
console.log(`load of the machine at the end: ${loadavg()[0]!.toFixed(1)}`)
await Promise.all([bare, ...ours].map(({ server }) => server.stop()))
for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true })

/** Measures calls of this many events, and prints a line for each contender. */
async function compare(events: number, connections: number, count: number): Promise<void> {
  const [yardstick, ...measured] = await inTurn([bare, ...ours], { rounds, warmUps: WARM_UPS }, async contender => {
    const requests = requestsTo(contender, count, events)
    const startedAt = performance.now()
    const result = await sendAll(contender.server.url, requests, connections)
    await contender.settle()
    const callsPerSecond = (1000 * count) / (performance.now() - startedAt)
    // So that what is left to do does not disturb the next measurement.
    await setTimeout(1000)
    return sustained > 0 ? { ...result, callsPerSecond } : result
  })
  print('bare', yardstick!)
  for (const [i, result] of measured.entries()) print(nameOf(sizes[i]!), result, yardstick)

  function print(name: string, result: readonly LoadResult[], beside?: readonly LoadResult[]) {
    const ratios = beside ? [ratio(result, beside).padStart(14), ratio(result, measured[0]!).padStart(13)] : []
    const call = [String(events).padStart(13), String(connections).padStart(12)]
    console.log([name.padEnd(20), ...call, ...cellsOf(result), ...ratios].join(' '))
  }
}

function nameOf(size: number): string {
  return `${size.toLocaleString('en')} before`
}

/** Starts a server on a shop into which this many events were put before. */
async function prepare(events: number): Promise<Contender> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  dataDirs.push(dataDir)
  await openShop(dataDir, SHOP)
  if (events > 0) fillPutEvents(dataDir, events)
  const server = await startPersonalite(dataDir)
  const call = openApi(server.url)
  const { trackingId } = await call('CreateEventTracker', { name: 'bench', datasetGroupArn: GROUP })
  // A campaign reads new events only after its first request.
  await call('GetRecommendations', { campaignArn: CAMPAIGN, userId: shopper(0) })
  const path = `/inspect/latest?datasetArn=${encodeURIComponent(EVENTS_DATASET)}&limit=1`
  const settle = () => sendAll(server.url, [signedRequest(server.url, 'GET', path, undefined, new Date())], 1)
  return { server, users: usersOf(events), trackingId: `${trackingId}`, settle }
}

/** Returns the requests, each for the session of another user. */
function requestsTo({ server, users, trackingId }: Contender, count: number, events: number): Buffer[] {
  const some = () => Math.floor(Math.random() * users)
  return Array.from({ length: count }, () => putEventsRequest(server.url, trackingId, some(), SHOP.items, events))
}
