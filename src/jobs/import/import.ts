import { MissingCells, type MissingValues } from '../../datasets/missing-values.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { ImportedInteraction } from '../../store/rows.ts'
import type { JobContext, RunJob } from '../context.ts'
import { datasetOfJob } from '../dataset.ts'
import { documentOf, sourceOf } from '../documents.ts'
import { EmptyFiles } from '../empty-files.ts'
import { JobFailure } from '../failure.ts'
import { assertImportRows, openImportSize } from '../limits.ts'
import { passedOverNotes, uriOf } from '../objects/objects.ts'
import { openAttributionReport } from './attribution-report.ts'
import { ageOfRows, oldRowsNotes, openOldRows } from './old-rows.ts'
import { stageInThreads, threadsFor } from './stage-in-threads.ts'
import { type Staging, stageTables } from './stage-tables.ts'
import type { StagingStore } from './staging.ts'

/**
 * An import is refused if more than this share of the cells with a text in a column cannot be read as the column's
 * type. With more bad cells than good ones, the column is of another type or another column.
 */
const UNREADABLE_SHARE_MAX = 0.5

/**
 * Imports CSV and Parquet files into a dataset: all of their rows or, where one of them breaks a rule of the schema,
 * none. Cells that may be missing break none: see `compileCsvRecords`. The rows are staged where nobody sees them. Then
 * they take the place of earlier imports (FULL) or join them. The report of the import is written before that: if it
 * cannot be written, nothing is imported.
 */
export const runImport: RunJob = async context => {
  const { store, job } = context
  const dataset = await datasetOfJob(store, job.parent)
  const { importMode, ...document } = documentOf(job)
  const staged = document.phase === 'merging' ? document : await stageFiles(context, dataset)
  const { generation, progress, missingValues, notes } = staged
  if (importMode === 'INCREMENTAL') await store.imports.merge(dataset.id, generation!)
  else await store.imports.publish(dataset.id, generation!)
  return { progress, missingValues, notes }
}

async function stageFiles(context: JobContext, dataset: Dataset) {
  const { store, objects, job, limits, strictImports, remember, report } = context
  const { generation: abandoned, seq, ...document } = documentOf(job)
  const source = sourceOf(document)
  if (abandoned !== undefined) await store.imports.discard(dataset.id, abandoned)
  const passedOver: string[] = []
  const files = await objects.list(source, 'first level', name => passedOver.push(name))
  const unpacked = limits.quotas ? openImportSize(files, document.importMode) : undefined
  const generation = await store.imports.begin(dataset.id)
  await remember({ generation, phase: 'staging' })

  const age = await ageOfRows(context, dataset)
  const old = openOldRows(store.imports, age.before)
  const attribution = await openAttributionReport(context, dataset)
  const progress = { rows: 0, bytes: 0, bytesTotal: files.reduce((sum, { size }) => sum + size, 0) }
  const missing = strictImports ? undefined : new MissingCells()
  const onRows = (rows: readonly unknown[]) => {
    attribution?.add(rows as readonly ImportedInteraction[])
    report(progress)
  }
  const place = { generation, seq }
  const empty = new EmptyFiles(files.length)
  // Both look at all rows, one after the other.
  const threads = attribution || unpacked ? 1 : threadsFor(store.imports, dataset.type, files)
  const reading = { dataset, files, place, missing, progress, unpacked }
  const inTurn = { imports: old.imports, objects, ...reading, onEmpty: empty.add, onRows }
  const oldInThreads = threads === 1 ? 0 : await stageTogether(context, inTurn, { threads, before: age.before })
  if (threads === 1) await stageTables(inTurn)
  assertReadable(missing?.report())
  const missingValues = missing?.report()
  if (progress.rows === 0) throw new JobFailure(`There are no rows at ${uriOf(source)}`)
  if (limits.quotas) assertImportRows(dataset.type, progress.rows, document.importMode)
  await attribution?.write()
  const oldRows = oldRowsNotes(age, old.count + oldInThreads)
  const notes = [...passedOverNotes(passedOver), ...empty.notes(), ...(missing?.notes() ?? []), ...oldRows]
  await remember({ phase: 'merging', progress, missingValues, notes })
  return { generation, progress, missingValues, notes }
}

/** @throws JobFailure where a column has more cells that cannot be read than `UNREADABLE_SHARE_MAX` allows */
function assertReadable(columns: readonly MissingValues[] = []): void {
  const failed = columns.filter(({ unreadableShare }) => unreadableShare > UNREADABLE_SHARE_MAX)
  if (failed.length === 0) return
  const counts = failed.map(({ column, rows, unreadable, unreadableAt = [] }) => {
    return `${column}: ${unreadable} of ${rows} (${unreadableAt.join('. Also: ')})`
  })
  throw new JobFailure(`More than half of the cells of a column are not of its type. ${counts.join('; ')}`)
}

/** Takes rows that are read for their mistakes alone. */
const NOWHERE: StagingStore = {
  rowsAtOnce: 10_000,
  rowsSorted: 10_000,
  takesInteractionsAsTheyCome: true,
  stageRecords: async () => {},
  stageInteractions: async () => {},
}

interface Together {
  readonly threads: number
  /** Counts interactions with an earlier timestamp. */
  readonly before: number | undefined
}

/** Stages files at the same time. Returns how many rows are old. @throws JobFailure in the words of `stageTables` */
async function stageTogether(
  { store, job, dataDir, s3, report }: JobContext,
  inTurn: Staging,
  { threads, before }: Together,
): Promise<number> {
  const { files, place, missing, progress } = inTurn
  const { handle } = store.share()
  const isStrict = missing === undefined
  const data = {
    handle,
    datasetArn: job.parent,
    isStrict,
    dataDir,
    s3,
    bytesTotal: progress.bytesTotal,
    before,
    ...place,
  }
  const staged = await stageInThreads(data, files, { threads, progress, report })
  for (const [i, file] of (staged ?? []).entries()) {
    if (file.missing) missing?.add(file.missing)
    if (file.header.length === 0) inTurn.onEmpty(uriOf(files[i]!))
  }
  if (staged) return staged.reduce((sum, { old }) => sum + old, 0)
  await stageTables({ ...inTurn, imports: NOWHERE, progress: { ...progress, bytes: 0 }, onRows: () => {} })
  throw new JobFailure('The files were changed while they were read')
}
