/**
 * Measures how long an in-memory server takes to start and to answer a first request: this one, dynalite and moto, each
 * in a process that has loaded it, one after the other in turns. Then how long this one takes to be reset. Needs moto:
 * `pip install -r test/clients/requirements.txt`.
 *
 *     npm run bench:start [-- --starts 50]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import dynalite from 'dynalite'
import { startServer } from '../src/index.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'

const { values } = readOptions({ options: { starts: { type: 'string', default: '50' } } })
const starts = Number(values.starts)

/** Starts a moto server for each line that it reads, and prints the seconds that it took to answer. */
const MOTO = `
import sys, time, urllib.request
from moto.server import ThreadedMotoServer
for _ in sys.stdin:
    began = time.perf_counter()
    server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(f'http://{host}:{port}/moto-api/data.json').read()
    print(time.perf_counter() - began, flush=True)
    server.stop()
`

const moto = startMoto()
const contestants: Readonly<Record<string, () => Promise<number>>> = {
  personalite: startOurs,
  dynalite: startDynalite,
  moto: moto.start,
}
const times = new Map(Object.keys(contestants).map(name => [name, [] as number[]]))
// The first start of each loads code that the others find loaded.
for (let start = -1; start < starts; start++)
  for (const [name, begin] of Object.entries(contestants)) {
    const ms = await begin()
    if (start >= 0) times.get(name)!.push(ms)
  }
moto.process.kill()

console.log(`${starts} starts each, in turns; ${cpus().length} × ${cpus()[0]?.model}, node ${process.version}\n`)
console.log('ms                median     p99')
for (const [name, measured] of times) print(name, measured)
print('reset', await measureResets())

async function startOurs(): Promise<number> {
  const began = performance.now()
  await using server = await startServer({ dataDir: ':memory:', port: 0 })
  await (await fetch(`${server.url}/readyz`)).text()
  return performance.now() - began
}

async function startDynalite(): Promise<number> {
  const began = performance.now()
  const server: Server = dynalite()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text()
  const ms = performance.now() - began
  server.closeAllConnections()
  server.close()
  return ms
}

function startMoto(): { readonly process: ChildProcess; start(): Promise<number> } {
  const program = spawn('python3', ['-c', MOTO], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface(program.stdout)
  const closed = once(lines, 'close')
  return {
    process: program,
    async start() {
      program.stdin.write('start\n')
      const line = new Promise<readonly unknown[]>(resolve => lines.once('line', text => resolve([text])))
      const [seconds] = await Promise.race([line, closed])
      if (seconds === undefined) throw new Error('moto does not start: pip install -r test/clients/requirements.txt')
      return 1000 * Number(seconds)
    },
  }
}

async function measureResets(): Promise<readonly number[]> {
  await using server = await startServer()
  const measured: number[] = []
  for (let n = 0; n < starts; n++) {
    const began = performance.now()
    await server.reset()
    measured.push(performance.now() - began)
  }
  return measured
}

function print(name: string, measured: readonly number[]): void {
  const p99 = measured.toSorted((a, b) => a - b)[Math.ceil(measured.length * 0.99) - 1]!
  console.log(`${name.padEnd(14)} ${median(measured).toFixed(0).padStart(9)} ${p99.toFixed(0).padStart(7)}`)
}
