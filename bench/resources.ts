/**
 * Measures the cost of years of jobs. It prints the time of calls that list, count or find resources, as a ratio to the
 * time with 100 resources. Both servers are called in turn, in one run. `start` is measured in one process after the
 * other.
 *
 *     npm run bench:resources [-- --resources 100000 --calls 30]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { openApi, openClient } from '../src/cli/client.ts'
import { arnsOf } from '../src/operations/shared/arns.ts'
import { openStore } from '../src/store/open.ts'
import { fillUsers, USERS_DATASET } from './support/datasets.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { type ServerProcess, startPersonalite } from './support/processes.ts'
import { progress } from './support/progress.ts'
import { USERS_SCHEMA } from './support/requests.ts'

const { values } = readOptions({
  options: { resources: { type: 'string', default: '100000' }, calls: { type: 'string', default: '30' } },
})
const FEW = 100
const many = Number(values.resources)
const calls = Number(values.calls)
const arns = arnsOf('000000000000', 'us-east-1')
const GROUP = arns.of('dataset-group/bench')
const SOLUTION = arns.of('solution/bench')
const AT_ONCE = 500

console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${calls} calls of each`)
const directories = new Map<number, string>()
for (const count of [FEW, many]) directories.set(count, await fill(count))
const started = new Map<number, number>()
const servers = new Map<number, ServerProcess>()
for (const [count, directory] of directories) {
  const startedAt = performance.now()
  servers.set(count, await startPersonalite(directory, [], ['--workers', '0']))
  await isReady(servers.get(count)!)
  started.set(count, performance.now() - startedAt)
}

console.log(`\n${'ms with'.padEnd(32)} ${cell(FEW)} ${cell(many)}    ratio`)
print('start', started.get(FEW)!, started.get(many)!)
for (const [name, call] of Object.entries(callsTo())) {
  const times = new Map([FEW, many].map(count => [count, [] as number[]]))
  for (let round = -3; round < calls; round++)
    for (const [count, server] of servers) {
      const startedAt = performance.now()
      await call(server, round)
      if (round >= 0) times.get(count)!.push(performance.now() - startedAt)
    }
  print(name, median(times.get(FEW)!), median(times.get(many)!))
}
for (const server of servers.values()) await server.stop()
for (const directory of directories.values()) rmSync(directory, { recursive: true })

/**
 * Fills a data directory. Seven in ten resources are ended import jobs, and the others schemas, exports and solution
 * versions.
 */
async function fill(count: number): Promise<string> {
  const directory = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await fillUsers(directory, 100)
  await using store = await openStore(directory)
  const recipeArn = 'arn:aws:personalize:::recipe/aws-popularity-count'
  const solution = { name: 'bench', datasetGroupArn: GROUP, recipeArn, performAutoTraining: false }
  await store.resources.create({ kind: 'solution', arn: SOLUTION, parent: GROUP, status: 'ACTIVE', document: solution })
  const bar = progress(`${count.toLocaleString('en')} resources`, count)
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => resourceOf(from + n))
    await Promise.all(some.map(resource => store.resources.create(resource)))
    bar.add(some.length)
  }
  bar.done()
  return directory
}

function resourceOf(n: number) {
  const status = 'ACTIVE'
  const job = { jobName: `job-${n}`, roleArn: 'arn:aws:iam::000000000000:role/r', datasetArn: USERS_DATASET }
  if (n % 10 === 7) return { kind: 'schema', arn: arns.of(`schema/s${n}`), status, document: { name: `s${n}` } }
  if (n % 10 === 8) {
    const document = { ...job, jobOutput: { s3DataDestination: { path: 's3://bucket/out/' } } }
    return {
      kind: 'dataset-export-job',
      arn: arns.of(`dataset-export-job/${n}`),
      parent: USERS_DATASET,
      status,
      document,
    }
  }
  if (n % 10 === 9) {
    const document = { solutionArn: SOLUTION, datasetGroupArn: GROUP, trainingMode: 'FULL' }
    return { kind: 'solution-version', arn: `${SOLUTION}/${n}`, parent: SOLUTION, status, document }
  }
  const document = { ...job, importMode: 'FULL', dataSource: { dataLocation: 's3://bucket/users.csv' } }
  return {
    kind: 'dataset-import-job',
    arn: arns.of(`dataset-import-job/${n}`),
    parent: USERS_DATASET,
    status,
    document,
  }
}

type Call = (server: ServerProcess, round: number) => Promise<unknown>

/** Returns the calls by name. No job runs, since the server has no workers. */
function callsTo(): Readonly<Record<string, Call>> {
  const api = ({ url }: ServerProcess) => openApi(url)
  const inspect = ({ url }: ServerProcess, query: Record<string, string> = {}) =>
    openClient(url)<{ jobs: unknown[]; nextToken?: string }>('/inspect/jobs', query)
  return {
    CreateDatasetImportJob: (server, round) =>
      api(server)('CreateDatasetImportJob', {
        jobName: `new-${round + 3}`,
        datasetArn: USERS_DATASET,
        importMode: 'INCREMENTAL',
        roleArn: 'arn:aws:iam::000000000000:role/r',
        dataSource: { dataLocation: 's3://bucket/users.csv' },
      }),
    CreateSchema: (server, round) => api(server)('CreateSchema', { name: `new-${round + 3}`, schema: USERS_SCHEMA }),
    'ListDatasetImportJobs, a page': server => api(server)('ListDatasetImportJobs', { datasetArn: USERS_DATASET }),
    'ListSchemas, a page': server => api(server)('ListSchemas', { maxResults: 10 }),
    'ListSolutionVersions, a page': server =>
      api(server)('ListSolutionVersions', { solutionArn: SOLUTION, maxResults: 10 }),
    DescribeSolution: server => api(server)('DescribeSolution', { solutionArn: SOLUTION }),
    '/inspect/jobs': server => inspect(server),
    '/inspect/jobs, of a group': server => inspect(server, { datasetGroupArn: GROUP }),
    '/metrics': async ({ url }) => (await fetch(`${url}/metrics`)).text(),
  }
}

async function isReady({ url }: ServerProcess): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok);
}

function cell(count: number): string {
  return count.toLocaleString('en').padStart(9)
}

function print(name: string, few: number, lots: number): void {
  const [a, b] = [few, lots].map(ms => ms.toFixed(2).padStart(9))
  console.log(`${name.padEnd(32)} ${a} ${b} ${(lots / few).toFixed(2).padStart(8)}`)
}
