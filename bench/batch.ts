/**
 * Measures batch inference jobs: 25 items for each user of a shop as dense as MovieLens-1M, or of another. It prints
 * users/s, and the processor time of the server for a user. The start of a job is in it. The yardstick is
 * GetRecommendations over HTTP, signed: medians of rounds in turn. Each round of it has other users, since a list that
 * was asked for before is remembered; a batch remembers none.
 *
 *     npm run bench:batch [-- --shop dense --users 6000 --rounds 3 --threads 2]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { openApi } from '../src/cli/client.ts'
import { active } from './support/active.ts'
import { sendAll } from './support/load.ts'
import { median } from './support/median.ts'
import { readOptions, refuse } from './support/options.ts'
import { startPersonalite } from './support/processes.ts'
import { signedRequest } from './support/requests.ts'
import { CAMPAIGN, openShop, SOLUTION, shopOf, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    shop: { type: 'string', default: 'dense' },
    users: { type: 'string', default: '6000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string' },
  },
})
const [users, rounds] = [Number(values.users), Number(values.rounds)]
const shop = shopOf(values.shop)
if (!(users <= shop.users)) refuse(`--users must not be more than the ${shop.users} of the shop`)
/** Users who ask in a round. The first round warms up. */
const asking = Math.floor(users / (rounds + 1))

const CONNECTIONS = 8

/** The speed of some users, and the processor time of one. */
interface Taken {
  readonly perSecond: number
  /** Of the processor, for a user. */
  readonly us: number
}

console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${users} users, ${rounds} rounds`)
const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
await openShop(dataDir, shop)
const server = await startPersonalite(dataDir, [], values.threads ? ['--threads', values.threads] : [])
const call = openApi(server.url)
const { solutionVersions } = await call('ListSolutionVersions', { solutionArn: SOLUTION })
const solutionVersionArn = solutionVersions![0]!.solutionVersionArn!
const everybody = Array.from({ length: users }, (_, user) => shopper(user))
const requests: Taken[] = []
const batches: Taken[] = []
for (let round = 0; round <= rounds; round++) {
  const asks = everybody.slice(round * asking, (round + 1) * asking)
  const asked = await measure(asks, () => ask(asks))
  const inferred = await measure(everybody, () => infer(`round-${round}`, everybody))
  if (round === 0) continue
  requests.push(asked)
  batches.push(inferred)
}
await server.stop()
rmSync(dataDir, { recursive: true })
print('GetRecommendations', requests)
print('batch inference', batches)

async function measure({ length }: readonly string[], work: () => Promise<void>): Promise<Taken> {
  const [startedAt, before] = [performance.now(), server.processorMs()]
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  return { perSecond: length / seconds, us: (1000 * (server.processorMs() - before)) / length }
}

async function ask(ids: readonly string[]): Promise<void> {
  const now = new Date()
  const requests = ids.map(userId => {
    return signedRequest(server.url, 'POST', '/recommendations', { campaignArn: CAMPAIGN, userId }, now)
  })
  await sendAll(server.url, requests, CONNECTIONS)
}

/** Runs a batch inference job to its end. */
async function infer(jobName: string, ids: readonly string[]): Promise<void> {
  mkdirSync(`${dataDir}/s3/bench`, { recursive: true })
  writeFileSync(`${dataDir}/s3/bench/${jobName}.json`, ids.map(userId => `${JSON.stringify({ userId })}\n`).join(''))
  const { batchInferenceJobArn } = await call('CreateBatchInferenceJob', {
    jobName,
    solutionVersionArn,
    roleArn: 'arn:aws:iam::000000000000:role/bench',
    jobInput: { s3DataSource: { path: `s3://bench/${jobName}.json` } },
    jobOutput: { s3DataDestination: { path: `s3://bench/${jobName}-out/` } },
  })
  const described = { batchInferenceJobArn: batchInferenceJobArn! }
  await active(async () => (await call('DescribeBatchInferenceJob', described)).batchInferenceJob)
}

function print(name: string, taken: readonly Taken[]): void {
  const ratio = median(taken.map(({ us }, round) => us / requests[round]!.us))
  const [perSecond, us] = [median(taken.map(({ perSecond }) => perSecond)), median(taken.map(({ us }) => us))]
  console.log(
    `${name.padEnd(18)} ${perSecond.toFixed(0).padStart(7)} users/s ${us.toFixed(0).padStart(6)} µs of the processor` +
      ` a user, ${ratio.toFixed(2)} of a request's`,
  )
}
