/**
 * Measures PutUsers, signed and durable, with 10 users in a call. It prints calls/s and latency, as a ratio to a server
 * that only reads and parses (bench/support/bare-server.ts), in turn in one run. Then it measures with far more users
 * in the dataset, and prints the time of each step. Rows of keys with a policy show what the policy costs, as a ratio
 * to the key without one, on the same server.
 *
 *     npm run bench:put-users [-- --users 5000000 --calls 20000 --rounds 5]
 *
 * `--beside DIR` runs only the first part, and also compares with another checkout of this repository, such as the
 * commit before a change.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type AccessKey, LOCAL_KEY } from '../src/config/config.ts'
import type * as Datasets from './support/datasets.ts'
import { USERS_DATASET, userId } from './support/datasets.ts'
import { type LoadResult, sendAll } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite, startProcess } from './support/processes.ts'
import { printProfile } from './support/profile.ts'
import { putUsersRequest, signedRequest } from './support/requests.ts'
import { cellsOf, inTurn, ratio } from './support/rounds.ts'

const { values } = readOptions({
  options: {
    users: { type: 'string', default: '5000000' },
    calls: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    beside: { type: 'string' },
  },
})
const HERE = resolve(import.meta.dirname, '..')
const FEW = 10_000
/** After one round, V8 is still compiling some functions. */
const WARM_UPS = 2
/** Keys with a policy on the measured server, beside the local key, which may do everything. */
const policyKeys = [
  { name: 'a policy', key: keyOf('policy'), policy: { policy: 'data-only' } },
  { name: 'one dataset group', key: keyOf('group'), policy: { policy: 'data-only', datasetGroup: 'bench' } },
]
const many = Number(values.users)
const calls = Number(values.calls)
const rounds = Number(values.rounds)

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls of 10 users, ${rounds} rounds`,
)
const bare = await startProcess(['bench/support/bare-server.ts'])
const few = await prepare(FEW)
const beside = values.beside === undefined ? undefined : await prepare(FEW, resolve(values.beside))
const [onBare, onFew] = [[bare, FEW] as const, [few.server, FEW] as const]

console.log('\nservers              connections  calls/s  p50 ms  p99 ms  ratio to bare')
for (const connections of [1, 64]) {
  const count = connections === 1 ? Math.ceil(calls / 10) : calls
  const onBeside = beside ? [[beside.server, FEW] as const] : []
  const onKeys = policyKeys.map(({ key }) => [few.server, FEW, key] as const)
  const measured = await measureInTurn([onBare, onFew, ...onKeys, ...onBeside], count, connections)
  const [yardstick, ours, ...more] = measured
  const theirs = more[policyKeys.length]
  print('bare', connections, yardstick!)
  print(`${FEW.toLocaleString('en')} users`, connections, ours!, yardstick)
  for (const [i, { name }] of policyKeys.entries()) {
    print(name, connections, more[i]!, yardstick)
    console.log(`rate of a key with a policy / without: ${ratio(more[i]!, ours!)}`)
  }
  if (!theirs) continue
  print('the other checkout', connections, theirs, yardstick)
  console.log(`rate of this checkout / of the other: ${ratio(ours!, theirs)}`)
}
if (beside) {
  await Promise.all([bare.stop(), few.server.stop(), beside.server.stop()])
  for (const { dataDir } of [few, beside]) rmSync(dataDir, { recursive: true })
  process.exit()
}
const large = await prepare(many)
for (const [what, factor] of [
  ['a burst', 1],
  ['without a pause', 4],
] as const) {
  const servers = [onFew, [large.server, many], onBare] as const
  const [small, big, yardstick] = await measureInTurn(servers, calls * factor, 64)
  console.log(`\nflat, the same rate whatever the dataset: ${what}, ${calls * factor} calls`)
  print(`${FEW.toLocaleString('en')} users`, 64, small!, yardstick)
  print(`${many.toLocaleString('en')} users`, 64, big!, yardstick)
  console.log(`rate with ${many.toLocaleString('en')} users / with ${FEW.toLocaleString('en')}: ${ratio(big!, small!)}`)
}
console.log(`peak memory: ${few.server.peakMemoryMiB()} MiB and ${large.server.peakMemoryMiB()} MiB`)
await Promise.all([bare.stop(), large.server.stop(), few.server.stop()])

console.log('\nwhere the time goes at 64 connections, µs a call')
await printProfile(few.dataDir, async server => {
  await run(server, FEW, calls, 64)
  return calls
})
for (const { dataDir } of [few, large]) rmSync(dataDir, { recursive: true })

/**
 * Starts a server with this number of users. Its own checkout fills the store, whose version may differ from this
 * checkout's.
 */
async function prepare(users: number, checkout = HERE): Promise<{ dataDir: string; server: ServerProcess }> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  const { fillUsers }: typeof Datasets = await import(join(checkout, 'bench/support/datasets.ts'))
  await fillUsers(dataDir, users)
  return { dataDir, server: await startPersonalite(dataDir, [], checkout === HERE ? configure(dataDir) : [], checkout) }
}

/** Writes a configuration file with the keys. Returns the flags that name it. */
function configure(dataDir: string): readonly string[] {
  const credentials = [LOCAL_KEY, ...policyKeys.map(({ key, policy }) => ({ ...key, ...policy }))]
  const path = join(dataDir, 'bench-keys.json')
  writeFileSync(path, JSON.stringify({ credentials }))
  return ['--config', path]
}

function keyOf(accessKeyId: string): AccessKey {
  return { accessKeyId, secretAccessKey: `secret of ${accessKeyId}` }
}

function measureInTurn(
  servers: readonly (readonly [ServerProcess, users: number, key?: AccessKey])[],
  count: number,
  connections: number,
): Promise<LoadResult[][]> {
  return inTurn(servers, { rounds, warmUps: WARM_UPS }, async ([server, users, key]) => {
    const result = await run(server, users, count, connections, key)
    if (server !== bare) await settle(server)
    return result
  })
}

/** Waits until the server has applied and copied its log, so that it does not disturb the next measurement. */
async function settle({ url }: ServerProcess): Promise<void> {
  const path = `/inspect/latest?datasetArn=${encodeURIComponent(USERS_DATASET)}&limit=1`
  await sendAll(url, [signedRequest(url, 'GET', path, undefined, new Date())], 1)
  await setTimeout(4000)
}

/** Sends calls that each replace 10 random users. */
function run(
  { url }: ServerProcess,
  users: number,
  count: number,
  connections: number,
  key: AccessKey = LOCAL_KEY,
): Promise<LoadResult> {
  const random = () => userId(Math.floor(Math.random() * users))
  const now = new Date()
  const requests = Array.from({ length: count }, () =>
    putUsersRequest(url, USERS_DATASET, Array.from({ length: 10 }, random), now, key),
  )
  return sendAll(url, requests, connections)
}

function print(name: string, connections: number, rounds: readonly LoadResult[], yardstick?: readonly LoadResult[]) {
  const compared = yardstick ? ratio(rounds, yardstick) : ''
  console.log([name.padEnd(20), String(connections).padStart(11), ...cellsOf(rounds), compared.padStart(14)].join(' '))
}
