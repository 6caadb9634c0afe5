import type { MetricAttribute } from '../contract/generated/types.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import { type Dataset, type DatasetsOfGroup, datasetsOf } from '../datasets/of-group.ts'
import type { Store } from '../store/store.ts'
import { Follower } from './follower.ts'
import { HistorySummary } from './histories.ts'
import { missingCellsIn } from './imports.ts'
import { RecordSummary } from './records.ts'
import type { AnalysisProgress, DatasetReport, Facts } from './report.ts'
import { findUnknownIds } from './strangers.ts'

/** Datasets of interactions, each with the dataset of the records that it is about. */
const PAIRS = [
  ['INTERACTIONS', 'ITEMS'],
  ['ACTION_INTERACTIONS', 'ACTIONS'],
] as const

const ORDER: readonly DatasetType[] = ['INTERACTIONS', 'ITEMS', 'USERS', 'ACTION_INTERACTIONS', 'ACTIONS']

type Found = Omit<DatasetReport, 'datasetArn' | 'datasetType' | 'domain' | 'missingCells' | 'measuredTypes'>

/**
 * Reads the datasets of a group, and summarizes them (analyzing-data.md). Its memory does not grow with the rows: see
 * `ids.ts`, `values.ts` and `numbers.ts`.
 * @param now in milliseconds since 1970
 */
export async function analyze(
  store: Store,
  datasetGroupArn: string,
  now: number,
  report: (progress: AnalysisProgress) => void,
): Promise<Facts> {
  const started = performance.now()
  const sources = await datasetsOf(store, datasetGroupArn)
  const reading = { store, sources, now, step: stepper(await countAll(store, sources), report) }
  const users = sources.USERS && new RecordSummary(sources.USERS.schema, now)
  const found: Partial<Record<DatasetType, Found>> = {}
  for (const [events, things] of PAIRS)
    Object.assign(found, await readPair(reading, events, things, events === 'INTERACTIONS' ? users : undefined))
  if (users && !sources.INTERACTIONS) await readRecords(reading, sources.USERS!, record => users.add(record))
  if (users) found.USERS = users.report()
  const datasets: DatasetReport[] = []
  for (const datasetType of ORDER.filter(type => found[type])) {
    const { arn: datasetArn, schema } = sources[datasetType]!
    const missingCells = await missingCellsIn(store, datasetArn)
    const measuredTypes = datasetType === 'INTERACTIONS' ? await measuredTypesIn(store, datasetGroupArn) : undefined
    datasets.push({
      datasetArn,
      datasetType,
      domain: schema.domain,
      ...found[datasetType]!,
      missingCells,
      measuredTypes,
    })
  }
  const ms = Math.round(performance.now() - started)
  return { datasetGroupArn, readAt: new Date(now).toISOString(), ms, datasets }
}

/** Each once. */
async function measuredTypesIn({ resources }: Store, parent: string): Promise<readonly string[]> {
  const attributions = await resources.list({ kind: 'metric-attribution', parent })
  const metrics = attributions.flatMap(({ document }) => document.metrics as readonly MetricAttribute[])
  return [...new Set(metrics.map(({ eventType }) => eventType))]
}

interface Reading {
  readonly store: Store
  readonly sources: DatasetsOfGroup
  readonly now: number
  /** Must be called for every row. */
  step(): void
}

/**
 * Reads a dataset of interactions and the dataset of their items or actions. Either may be missing.
 * @param users summarizes the users, who are read along with the interactions
 */
async function readPair(
  reading: Reading,
  events: DatasetType,
  things: DatasetType,
  users: RecordSummary | undefined,
): Promise<Partial<Record<DatasetType, Found>>> {
  const { store, sources, now } = reading
  const [ofEvents, ofThings] = [sources[events], sources[things]]
  const histories = ofEvents && (await readHistories(reading, ofEvents, users))
  const interactions = histories?.report(await store.interactions.duplicates(ofEvents!.id))
  const summary = ofThings && new RecordSummary(ofThings.schema, now)
  if (summary)
    await readRecords(reading, ofThings, record => {
      const isCounted = histories?.items.isSampled(record.id) ?? false
      summary.add(record, isCounted ? histories!.items.take(record.id) > 0 : undefined)
    })
  if (!interactions) return summary ? { [things]: summary.report() } : {}
  const strangers = await findUnknownIds(store, histories!, interactions.histories, {
    users: sources.USERS,
    things: ofThings,
  })
  return {
    [events]: { ...interactions, histories: { ...interactions.histories, strangers } },
    ...(summary && { [things]: summary.report() }),
  }
}

async function readHistories(
  { store, sources, now, step }: Reading,
  { id, schema }: Dataset,
  users: RecordSummary | undefined,
): Promise<HistorySummary> {
  const follower =
    sources.USERS &&
    new Follower(store.records.scan(sources.USERS.id, 'ALL'), (record, isAsked) => {
      if (users) step()
      users?.add(record, isAsked)
    })
  const histories = new HistorySummary(schema, follower, now)
  for await (const row of store.interactions.scan(id, 'ALL')) {
    step()
    // Most rows have the same user as the row before: then there is no record to wait for.
    const added = histories.add(row)
    if (added) await added
  }
  await histories.finish()
  return histories
}

async function readRecords(
  { store, step }: Reading,
  { id }: Dataset,
  add: (record: Parameters<RecordSummary['add']>[0]) => void,
): Promise<void> {
  for await (const record of store.records.scan(id, 'ALL')) {
    step()
    add(record)
  }
}

async function countAll(store: Store, sources: DatasetsOfGroup): Promise<number> {
  let total = 0
  for (const [type, { id }] of Object.entries(sources)) {
    const rows = type.endsWith('INTERACTIONS') ? store.interactions : store.records
    total += await rows.count(id, 'ALL')
  }
  return total
}

const REPORT_ROWS = 8192

function stepper(rowsTotal: number, report: (progress: AnalysisProgress) => void): () => void {
  let rows = 0
  return () => {
    if (++rows % REPORT_ROWS === 0) report({ rows: Math.min(rows, rowsTotal), rowsTotal })
  }
}
