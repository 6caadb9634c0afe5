import { MissingCells, type MissingValues } from '../datasets/missing-values.ts'
import type { Dataset } from '../datasets/of-group.ts'
import type { ImportedInteraction } from '../store/rows.ts'
import { openAttributionReport } from './attribution-report.ts'
import type { JobContext, RunJob } from './context.ts'
import { datasetOfJob } from './dataset.ts'
import { documentOf, sourceOf } from './documents.ts'
import { JobFailure } from './failure.ts'
import { assertImportRows, openImportSize } from './limits.ts'
import { type Objects, passedOverNotes, type StoredObject, tableOf, uriOf } from './objects/objects.ts'
import { openStaging } from './staging.ts'
import { readTables } from './tables/read-tables.ts'
import type { TableFile } from './tables/table.ts'

/**
 * An import is refused if more than this share of the cells with a text in a column cannot be read as the column's
 * type. With more bad cells than good ones, the column is of another type or another column.
 */
const UNREADABLE_SHARE_MAX = 0.5

/**
 * Imports CSV and Parquet files into a dataset: all of their rows or, where one of them breaks a rule of the schema,
 * none. Cells
 * that may be missing break none: see `compileCsvRecords`. The rows are staged where nobody sees them. Then they take
 * the place of earlier imports (FULL) or join them. The report of the import is written before they do: if it cannot be
 * written nothing is imported.
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

  const attribution = await openAttributionReport(context, dataset)
  const progress = { rows: 0, bytes: 0, bytesTotal: files.reduce((sum, { size }) => sum + size, 0) }
  const missing = strictImports ? undefined : new MissingCells()
  const stage = { generation, seq, missing }
  const { compile, add, finish, stop } = openStaging(store.imports, dataset, stage, progress.bytesTotal)
  const tables = files.map(file => counting(objects, file, progress))
  try {
    for await (const rows of readTables(tables, compile, { fields: dataset.schema.fields, unpacked })) {
      await add(rows, progress.bytes)
      attribution?.add(rows as readonly ImportedInteraction[])
      progress.rows += rows.length
      report(progress)
    }
    assertReadable(missing?.report())
    await finish()
  } finally {
    await stop()
  }
  const missingValues = missing?.report()
  if (progress.rows === 0) throw new JobFailure(`There are no rows at ${uriOf(source)}`)
  if (limits.quotas) assertImportRows(dataset.type, progress.rows, document.importMode)
  await attribution?.write()
  const notes = passedOverNotes(passedOver)
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

/** A file whose bytes are counted as they are read; of Parquet the end is read twice. */
function counting(
  objects: Objects,
  file: StoredObject,
  progress: { bytes: number; readonly bytesTotal: number },
): TableFile {
  return {
    ...tableOf(objects, file),
    async *read(part) {
      for await (const chunk of objects.read(file, part)) {
        progress.bytes = Math.min(progress.bytes + chunk.length, progress.bytesTotal)
        yield chunk
      }
    },
  }
}
