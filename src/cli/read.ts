import type { DatasetType } from '../datasets/dataset-type.ts'
import type { MissingValues } from '../datasets/missing-values.ts'
import type { JobProgress } from '../jobs/documents.ts'
import { isUnfinished } from '../store/statuses.ts'
import { ApiError, type Get, openClient } from './client.ts'
import { printJson, printTable, type TableRow } from './print.ts'
import { jobNameOf, shareOf, type WatchedJob, watchJobs } from './watch.ts'

export interface ReadOptions {
  readonly endpoint: string
  readonly datasetGroup?: string
  readonly datasetArn?: string
  readonly limit?: string
  readonly nextToken?: string
  readonly json?: boolean
}

interface Group {
  readonly name: string
  readonly datasetGroupArn: string
  readonly datasets: readonly { readonly datasetArn: string; readonly datasetType: DatasetType }[]
}

interface Counted {
  readonly datasetGroupArn: string
  readonly datasetType: DatasetType
  readonly name: string
  readonly count: TableRow
  readonly duplicates?: number
  readonly repeated?: number
  readonly unknownProperties: readonly { readonly name: string; readonly count: number; readonly perhaps?: string }[]
}

type Job = TableRow &
  WatchedJob & { readonly missingValues?: readonly MissingValues[]; readonly notes?: readonly string[] }

const RECORD = ['userId', 'itemId', 'actionId', 'ingestion', 'seq', 'properties']
const INTERACTION = [
  ...['timestamp', 'userId', 'itemId', 'actionId', 'eventType', 'eventValue', 'sessionId', 'repeated', 'ingestion'],
]
const COUNT = ['PUT', 'BULK', 'ALL', 'duplicates', 'repeated', 'unknownProperties']

/** Prints one user, item or action. */
export async function showRecord(type: DatasetType, id: string, options: ReadOptions): Promise<void> {
  const get = openClient(options.endpoint)
  printJson(await get('/inspect/records', { datasetArn: await findDataset(get, type, options), id }))
}

/** Prints the records that were put last, the newest first. */
export async function showLatest(type: DatasetType, options: ReadOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const query = { datasetArn: await findDataset(get, type, options), limit: options.limit }
  const answer = await get<{ records?: readonly TableRow[]; interactions?: readonly TableRow[] }>(
    '/inspect/latest',
    query,
  )
  const { records, interactions } = answer
  show(options, answer, records ? RECORD : [...INTERACTION, 'properties'], records ?? interactions?.map(marked) ?? [])
}

/** Prints a user's interactions, the newest first. */
export async function showHistory(type: DatasetType, userId: string, options: ReadOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const query = { datasetArn: await findDataset(get, type, options), userId, limit: options.limit }
  const answer = await get<{ interactions: readonly TableRow[] }>('/inspect/history', query)
  show(options, answer, [...INTERACTION, 'properties'], answer.interactions.map(marked))
}

/** Prints the number of rows of a dataset, by their way in (PUT or BULK). */
export async function showCount(type: DatasetType, options: ReadOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const answer = await get<Counted>('/inspect/count', { datasetArn: await findDataset(get, type, options) })
  show(options, answer, COUNT, [countsOf(answer)])
}

/** Prints the datasets of one group, or of all groups, with their numbers of rows. */
export async function showDatasets(options: ReadOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const answer = await get<{ datasets: readonly Counted[] }>('/inspect/datasets', await groupNamed(get, options))
  const rows = answer.datasets.map(dataset => {
    const { datasetGroupArn, datasetType: type, name } = dataset
    const group = datasetGroupArn.slice(datasetGroupArn.lastIndexOf('/') + 1)
    return { group, type, name, ...countsOf(dataset) }
  })
  show(options, answer, ['group', 'type', 'name', ...COUNT], rows)
}

/** Returns the row with an empty cell, unless its eventId is repeated. */
function marked(interaction: TableRow): TableRow {
  return { ...interaction, repeated: interaction.repeated || undefined }
}

function countsOf({ count, duplicates, repeated, unknownProperties }: Counted): TableRow {
  return { ...count, duplicates, repeated, unknownProperties: listOf(unknownProperties) }
}

/** Returns a list such as `colour 12, kind 3 (kindOfItem?)`; undefined if no property was left out. */
function listOf(unknownProperties: Counted['unknownProperties']): string | undefined {
  const texts = unknownProperties.map(
    ({ name, count, perhaps }) => `${name} ${count}${perhaps ? ` (${perhaps}?)` : ''}`,
  )
  return texts.length === 0 ? undefined : texts.join(', ')
}

/**
 * Prints the unfinished and the newest jobs, of one group or of all. With `watch` it first waits until all have ended.
 */
export async function showJobs(options: ReadOptions & { readonly watch?: boolean }): Promise<void> {
  const get = openClient(options.endpoint)
  const query = { ...(await groupNamed(get, options)), limit: options.limit, nextToken: options.nextToken }
  const jobs = () => get<{ jobs: readonly Job[]; nextToken?: string }>('/inspect/jobs', query)
  if (options.watch) await watchJobs(async () => (await jobs()).jobs)
  const answer = await jobs()
  const rows = answer.jobs.map(job => {
    const progress = job.progress && describe(job.progress, isUnfinished(job))
    const notes = [...(job.missingValues ?? []).map(describeMissing), ...(job.notes ?? [])]
    return { ...job, jobName: jobNameOf(job), progress, notes: notes.join('; ') || undefined }
  })
  show(options, answer, ['kind', 'jobName', 'status', 'progress', 'updated', 'failureReason', 'notes'], rows)
  if (answer.nextToken && !options.json) console.log(`older ones: --next-token ${answer.nextToken}`)
}

/** Describes the missing values of a column in an import, with the lines of the first. */
function describeMissing({ column, empty, emptyAt, unreadable, unreadableAt }: MissingValues): string {
  const parts = [
    [empty, 'empty', emptyAt],
    [unreadable, 'unreadable', unreadableAt],
  ] as const
  const counts = parts.flatMap(([count, what, at = []]) => (count > 0 ? [`${count} ${what} (${at[0]})`] : []))
  return `${column}: ${counts.join(', ')}`
}

/** Describes the progress of a job by its rows, or the phase of a training. */
function describe(progress: JobProgress, running: boolean): string {
  if (progress.phase && !running) return ''
  const share = shareOf(progress)
  const doing = progress.phase ?? `${progress.rows} rows`
  return share === undefined ? doing : `${doing}, ${Math.floor(100 * share)} %`
}

function show({ json }: ReadOptions, answer: object, columns: readonly string[], rows: readonly TableRow[]): void {
  if (json) printJson(answer)
  else printTable(columns, rows)
}

async function groupNamed(get: Get, options: ReadOptions): Promise<{ datasetGroupArn?: string }> {
  return options.datasetGroup === undefined ? {} : { datasetGroupArn: (await findGroup(get, options)).datasetGroupArn }
}

async function findDataset(get: Get, type: DatasetType, options: ReadOptions): Promise<string> {
  if (options.datasetArn) return options.datasetArn
  const group = await findGroup(get, options)
  const dataset = group.datasets.find(({ datasetType }) => datasetType === type)
  if (dataset) return dataset.datasetArn
  throw new Error(`the dataset group ${group.name} has no dataset of type ${type}`)
}

/** Returns the group with that name, or the only one. @throws Error naming the existing groups */
export async function findGroup(get: Get, { datasetGroup }: Pick<ReadOptions, 'datasetGroup'>): Promise<Group> {
  const named = datasetGroup === undefined ? undefined : await groupOf(get, datasetGroup)
  if (named) return named
  const { datasetGroups } = await get<{ datasetGroups: readonly Group[] }>('/inspect/dataset-groups')
  const names = datasetGroups.map(({ name }) => name).join(', ')
  const found = datasetGroups.filter(({ name }) => datasetGroup === undefined || name === datasetGroup)
  if (found.length === 1) return found[0]!
  if (names === '') throw new Error('the server has no dataset group yet')
  throw new Error(
    datasetGroup === undefined
      ? `there are several dataset groups: say which with --dataset-group (${names})`
      : `there is no dataset group ${datasetGroup}; there are: ${names}`,
  )
}

/** Reads one group, which a key of this group may do that may not list all; undefined where there is none. */
async function groupOf(get: Get, name: string): Promise<Group | undefined> {
  // The server takes the ARN of any region and account for its own.
  const datasetGroupArn = `arn:aws:personalize:us-east-1:000000000000:dataset-group/${name}`
  try {
    return (await get<{ datasetGroups: readonly Group[] }>('/inspect/dataset-groups', { datasetGroupArn }))
      .datasetGroups[0]
  } catch (error) {
    if (error instanceof ApiError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}
