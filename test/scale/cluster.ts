import { rm } from 'node:fs/promises'
import {
  CreateCampaignCommand,
  CreateDatasetImportJobCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeDatasetImportJobCommand,
  DescribeSolutionVersionCommand,
  StopSolutionVersionCreationCommand,
} from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { assertActive, finished, importFrom, putFile, putLongFile, ROLE } from '#test/jobs.ts'
import { startPostgres } from '#test/postgres.ts'
import { clientsOf, createDataset } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { openStore } from '../../src/store/open.ts'
import { type ServerProcess, start, startWorker } from '../crash/server-process.ts'

/** The lapse after which a silent worker loses its jobs: long enough for a busy machine. */
export const LAPSE_MS = 2000

/** More rows than an import sorts before it stages them. */
const STAGED = 150_000

const USERS = 400
const ITEMS = 200
const EVENTS_EACH = 20

export type Cluster = Awaited<ReturnType<typeof openCluster>>

/**
 * Starts a server without workers, on a new PostgreSQL with two datasets. The test starts workers when it needs them.
 */
export async function openCluster() {
  const used = new AsyncDisposableStack()
  const postgres = used.use(await startPostgres({ fsync: 'off' }))
  const dataDir = await temporaryDirectory()
  used.defer(() => rm(dataDir, { recursive: true }))
  const url = await postgres.createDatabase('scale')
  const store = used.use(await openStore(dataDir, url))
  const onStore = ['--store', url, '--s3', 'folder']
  const envOf = (lapseMs: number) => ({ PERSONALITE_JOB_LAPSE_MS: `${lapseMs}` })
  const keep = (process: ServerProcess) => {
    used.defer(async () => void (await process.kill()))
    return process
  }
  const work = async (args: readonly string[] = [], lapseMs = LAPSE_MS) =>
    keep(await startWorker(dataDir, [...onStore, ...args], envOf(lapseMs)))
  const server = keep(await start(dataDir, [...onStore, '--workers', '0', '--log-level', 'warn'], envOf(LAPSE_MS)))
  const clients = clientsOf(server.url)
  const { personalize, runtime } = clients

  const fields = [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: ['null', 'int'] },
  ]
  const { datasetArn: usersArn, datasetGroupArn } = await createDataset(clients, 'Users', { fields })
  const { datasetArn } = await createDataset(clients, 'Interactions')
  const users = (await store.resources.get(usersArn))!.id

  const beginImport = async (jobName: string, dataLocation: string) => {
    const request = { jobName, datasetArn: usersArn, dataSource: { dataLocation }, roleArn: ROLE }
    return (await personalize.send(new CreateDatasetImportJobCommand(request))).datasetImportJobArn!
  }
  let count = 0
  const describeImport = async (datasetImportJobArn: string) =>
    (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob!
  const describeVersion = async (solutionVersionArn: string) =>
    (await personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion!
  return {
    url,
    store,
    users,
    work,
    describeVersion,
    [Symbol.asyncDispose]: () => used[Symbol.asyncDispose](),

    async fill() {
      const worker = await work()
      const location = await putFile({ dataDir }, 'events.csv', eventLines().join('\n'))
      assertActive(await importFrom({ personalize }, datasetArn, location))
      await worker.kill('SIGTERM')
    },
    /** Begins a FULL import of `rows` users with ids `NAME-…`. */
    async beginImport(name: string, rows: number): Promise<string> {
      return beginImport(name, await putFile({ dataDir }, `${name}.csv`, linesOf(name, rows).join('\n')))
    },
    /** Begins one that takes minutes, and has staged some rows soon. */
    async beginLongImport(name: string): Promise<string> {
      return beginImport(name, await putLongFile({ dataDir }, `${name}.csv`, linesOf(name, STAGED)))
    },
    /** Replaces its file by that of `beginImport`, for the worker that begins it again. */
    shorten: (name: string, rows: number) => putFile({ dataDir }, `${name}.csv`, linesOf(name, rows).join('\n')),
    imported: (arn: string) => finished(() => describeImport(arn)),
    async beginTraining(recipe = 'aws-user-personalization-v2'): Promise<string> {
      const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
      const solution = { name: `solution-${++count}`, datasetGroupArn, recipeArn, performAutoTraining: false }
      const { solutionArn } = await personalize.send(new CreateSolutionCommand(solution))
      return (await personalize.send(new CreateSolutionVersionCommand({ solutionArn }))).solutionVersionArn!
    },
    trained: (arn: string) => finished(() => describeVersion(arn)),
    stop: (solutionVersionArn: string) =>
      personalize.send(new StopSolutionVersionCreationCommand({ solutionVersionArn })),
    /** Returns the number of items that a campaign of the version recommends. */
    async recommended(solutionVersionArn: string): Promise<number> {
      const request = { name: `campaign-${++count}`, solutionVersionArn }
      const { campaignArn } = await personalize.send(new CreateCampaignCommand(request))
      const { itemList } = await runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'user-1' }))
      return itemList!.length
    },
  }
}

const linesOf = (name: string, rows: number) => [
  'USER_ID,AGE',
  ...Array.from({ length: rows }, (_, i) => `${name}-${i},${i}`),
]

function eventLines(): readonly string[] {
  const random = createRandom(3)
  const lines = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
  for (let user = 0; user < USERS; user++)
    for (let event = 0; event < EVENTS_EACH; event++)
      lines.push(`user-${user},item-${Math.floor(ITEMS * random() ** 2)},Watch,${1_000_000 + 100 * event},tv`)
  return lines
}
