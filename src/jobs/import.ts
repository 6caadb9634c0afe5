import { setImmediate } from 'node:timers/promises'
import { compileCsvInteractions, compileCsvRecords } from '../datasets/csv.ts'
import { encodeValues } from '../datasets/encoding.ts'
import type { StoredInteraction, StoredRecord } from '../store/rows.ts'
import type { Imports } from '../store/store.ts'
import { type ReadRow, readCsv } from './csv/read-csv.ts'
import { type JobDataset, readDataset } from './dataset.ts'
import { JobFailure } from './failure.ts'
import { documentOf, type JobContext, type RunJob, sourceOf } from './job.ts'
import { type Location, uriOf } from './objects/objects.ts'

/** limits.md: "Minimum number of interactions records per dataset import job with FULL or INCREMENTAL import mode". */
const MINIMUM_INTERACTIONS = 1000

/**
 * Imports CSV files into a dataset: all of their rows or, where one of them breaks a rule of the schema, none. The rows
 * are staged where nobody sees them; then they take the place of what was imported before (FULL) or join it.
 */
export const runImport: RunJob = async context => {
  const { store, job } = context
  const dataset = await readDataset(store, job.parent)
  const { importMode, ...document } = documentOf(job)
  const { generation, progress } = document.phase === 'merging' ? document : await stageFiles(context, dataset)
  if (importMode === 'INCREMENTAL') await store.imports.merge(dataset.id, generation!)
  else await store.imports.publish(dataset.id, generation!)
  return { progress }
}

async function stageFiles({ store, objects, job, minimums, remember, report }: JobContext, dataset: JobDataset) {
  const { generation: abandoned, ...document } = documentOf(job)
  const source = sourceOf(document)
  if (abandoned !== undefined) await store.imports.discard(dataset.id, abandoned)
  const files = await objects.list(source, 'first level')
  const generation = await store.imports.begin(dataset.id)
  await remember({ generation, phase: 'staging' })

  const { compile, stage } = stagingOf(store.imports, dataset, generation)
  const progress = { rows: 0, bytes: 0, bytesTotal: files.reduce((sum, { size }) => sum + size, 0) }
  let staged = Promise.resolve()
  for (const file of files) {
    const content = counting(objects.read(file), progress)
    for await (const rows of readCsv(uriOf(file), content, compile)) {
      // While one chunk is written the next is read, and no more: memory stays flat. The store sends what it was given
      // at the end of a turn of the event loop, so this must let one pass.
      await staged
      staged = stage(rows)
      staged.catch(() => {})
      await setImmediate()
      progress.rows += rows.length
      report(progress)
    }
  }
  await staged
  assertEnough(dataset, progress.rows, minimums, source)
  await remember({ phase: 'merging', progress })
  return { generation, progress }
}

/** How the rows of a dataset's files become rows of its store. */
interface Staging<Row> {
  compile(header: readonly string[]): ReadRow<Row>
  stage(rows: readonly Row[]): Promise<void>
}

function stagingOf(imports: Imports, { id, type, schema }: JobDataset, generation: number) {
  const ofInteractions: Staging<StoredInteraction> = {
    compile: header => compileCsvInteractions(schema, header),
    stage: rows => imports.stageInteractions(id, generation, rows),
  }
  const ofRecords: Staging<StoredRecord> = {
    compile(header) {
      const read = compileCsvRecords(schema, header)
      return cells => {
        const { id, values } = read(cells)
        return { id, fields: encodeValues(values) }
      }
    },
    stage: rows => imports.stageRecords(id, generation, rows),
  }
  return (type.endsWith('INTERACTIONS') ? ofInteractions : ofRecords) as Staging<unknown>
}

/** @throws JobFailure where there are no rows, or fewer interactions than the service takes */
function assertEnough({ type }: JobDataset, rows: number, minimums: boolean, source: Location): void {
  if (rows === 0) throw new JobFailure(`There are no rows at ${uriOf(source)}`)
  if (!minimums || type !== 'INTERACTIONS' || rows >= MINIMUM_INTERACTIONS) return
  throw new JobFailure(
    `An import into an Interactions dataset needs ${MINIMUM_INTERACTIONS} interactions or more, got ${rows}; ` +
      'with quotas none the server takes fewer',
  )
}

async function* counting(content: AsyncIterable<Uint8Array>, progress: { bytes: number }) {
  for await (const chunk of content) {
    progress.bytes += chunk.length
    yield chunk
  }
}
