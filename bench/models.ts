/**
 * Measures the model of a shop: its file, the memory of a server that has it, and the time from the request that loads
 * it to the first recommendation. The yardstick of that time is to read the bytes of the file alone, in the same run.
 * The server is started as the image starts it. The dense shop is as dense as MovieLens-1M; the others have 50,000
 * users with 20 events each.
 *
 *     npm run bench:models [-- --shops dense,10000,100000 --calls 2000]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../src/engine/math/random.ts'
import { sendAll } from './support/load.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite } from './support/processes.ts'
import { signedRequest } from './support/requests.ts'
import { type BenchShop, CAMPAIGN, openShop, shopOf, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    shops: { type: 'string', default: 'dense,10000,100000' },
    calls: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '8' },
  },
})
const STARTS = 5
/** Of Node. */
const AS_IN_THE_IMAGE = ['--max-semi-space-size=8']
const MIB = 2 ** 20

console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${values.calls} calls\n`)
console.log('                      file             first recommendation             MiB of the server')
console.log('shop          MiB  B/item  B/event  seconds  to read the file  started  first  after the calls')
for (const name of values.shops.split(',')) await measure(name, shopOf(name))

async function measure(name: string, shop: BenchShop): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await openShop(dataDir, shop)
  const file = modelIn(dataDir)
  const bytes = statSync(file).size
  const seconds: number[] = []
  const ratios: number[] = []
  for (let start = 0; start < STARTS; start++) {
    const server = await startPersonalite(dataDir, AS_IN_THE_IMAGE)
    const reading = secondsToRead(file)
    const first = await secondsToFirst(server)
    seconds.push(first)
    ratios.push(first / reading)
    await server.stop()
  }
  const server = await startPersonalite(dataDir, AS_IN_THE_IMAGE)
  const memory = [server.memoryMiB()]
  await secondsToFirst(server)
  memory.push(server.memoryMiB())
  await ask(server, Number(values.calls), shop.users)
  memory.push(server.memoryMiB())
  await server.stop()
  rmSync(dataDir, { recursive: true })
  const cells = [
    name.padEnd(10),
    (bytes / MIB).toFixed(1).padStart(6),
    (bytes / shop.items).toFixed(0).padStart(7),
    (bytes / shop.users / shop.eventsEach).toFixed(1).padStart(8),
    median(seconds).toFixed(2).padStart(8),
    median(ratios).toFixed(1).padStart(17),
    ...memory.map((mebibytes, at) => String(mebibytes ?? '').padStart([8, 6, 16][at]!)),
  ]
  console.log(cells.join(' '))
}

/** The file of the only model in a data directory. */
function modelIn(dataDir: string): string {
  const folder = join(dataDir, 'models')
  const path = readdirSync(folder, { recursive: true }).find(path => String(path).endsWith('.safetensors'))
  return join(folder, String(path))
}

function secondsToRead(file: string): number {
  const started = performance.now()
  readFileSync(file)
  return (performance.now() - started) / 1000
}

async function secondsToFirst(server: ServerProcess): Promise<number> {
  const started = performance.now()
  await ask(server, 1, 1)
  return (performance.now() - started) / 1000
}

/** Sends requests, each for a user at random. */
async function ask(server: ServerProcess, calls: number, users: number): Promise<void> {
  const random = createRandom(2)
  const now = new Date()
  const requests = Array.from({ length: calls }, () => {
    const userId = shopper(Math.floor(random() * users))
    return signedRequest(server.url, 'POST', '/recommendations', { campaignArn: CAMPAIGN, userId }, now)
  })
  await sendAll(server.url, requests, Number(values.connections))
}
