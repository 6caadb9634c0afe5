/**
 * Measures PutEvents, signed and durable, while a campaign reads each event at once. It prints calls/s and latency,
 * with one event and with 10 in a call. The yardstick is a server that only reads and parses
 * (bench/support/bare-server.ts), in turn in the same run.
 *
 *     npm run bench:put-events [-- --calls 10000 --rounds 5]
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { openApi } from '../src/cli/client.ts'
import { sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'
import { CAMPAIGN, GROUP, goods, openShop, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: { calls: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' } },
})
const calls = Number(values.calls)
const rounds = Number(values.rounds)
const SHOP = { items: 10_000, users: 50_000, eventsEach: 20 }

console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls, ${rounds} rounds`)
const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
await openShop(dataDir, SHOP)
const bare = await startProcess(['bench/support/bare-server.ts'])
const ours = await startPersonalite(dataDir)
const call = openApi(ours.url)
const { trackingId } = await call('CreateEventTracker', { name: 'bench', datasetGroupArn: GROUP })
// A campaign reads new events only after its first request.
await call('GetRecommendations', { campaignArn: CAMPAIGN, userId: shopper(0) })

console.log('\nserver  events a call  connections  calls/s  p50 ms  p99 ms  ratio to bare')
for (const events of [1, 10])
  for (const connections of [1, 64]) {
    const count = connections === 1 ? Math.ceil(calls / 10) : calls
    const [yardstick, measured] = await inTurn([bare, ours], { rounds, warmUps: 2 }, async server => {
      const result = await sendAll(server.url, requestsTo(server, count, events), connections)
      await setTimeout(500) // remaining background work ends before the next round
      return result
    })
    const print = (name: string, ...cells: string[]) =>
      console.log([name.padEnd(7), String(events).padStart(13), String(connections).padStart(12), ...cells].join(' '))
    print('bare', ...cellsOf(yardstick!))
    print('ours', ...cellsOf(measured!), ratio(measured!, yardstick!).padStart(14))
  }
console.log(`peak memory: ${ours.peakMemoryMiB()} MiB`)
await Promise.all([bare.stop(), ours.stop()])
rmSync(dataDir, { recursive: true })

/** Returns the requests, each for the session of another user. */
function requestsTo({ url }: ServerProcess, count: number, events: number): Buffer[] {
  const now = Math.floor(Date.now() / 1000)
  const some = (of: number) => Math.floor(Math.random() * of)
  return Array.from({ length: count }, () => {
    const eventList = Array.from({ length: events }, () => ({
      eventId: randomUUID(),
      eventType: 'click',
      itemId: goods(some(SHOP.items)),
      sentAt: now - some(3600),
    }))
    const user = some(SHOP.users)
    const input = { trackingId, sessionId: `session-${user}`, userId: shopper(user), eventList }
    return signedRequest(url, 'POST', '/events', input, new Date())
  })
}
