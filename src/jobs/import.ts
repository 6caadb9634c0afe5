import type { ImportedInteraction } from '../store/rows.ts'
import { openAttributionReport } from './attribution-report.ts'
import { readCsv } from './csv/read-csv.ts'
import { type JobDataset, readDataset } from './dataset.ts'
import { JobFailure } from './failure.ts'
import { documentOf, type JobContext, type RunJob, sourceOf } from './job.ts'
import { type Location, uriOf } from './objects/objects.ts'
import { openStaging } from './staging.ts'

/** limits.md: "Minimum number of interactions records per dataset import job with FULL or INCREMENTAL import mode". */
const MINIMUM_INTERACTIONS = 1000

/**
 * Imports CSV files into a dataset: all of their rows or, where one of them breaks a rule of the schema, none. The rows
 * are staged where nobody sees them; then they take the place of what was imported before (FULL) or join it. The report
 * of what they come to is written before they do: where it cannot be written nothing is imported.
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

async function stageFiles(context: JobContext, dataset: JobDataset) {
  const { store, objects, job, minimums, remember, report } = context
  const { generation: abandoned, seq, ...document } = documentOf(job)
  const source = sourceOf(document)
  if (abandoned !== undefined) await store.imports.discard(dataset.id, abandoned)
  const files = await objects.list(source, 'first level')
  const generation = await store.imports.begin(dataset.id)
  await remember({ generation, phase: 'staging' })

  const attribution = await openAttributionReport(context, dataset)
  const progress = { rows: 0, bytes: 0, bytesTotal: files.reduce((sum, { size }) => sum + size, 0) }
  const { compile, add, finish } = openStaging(store.imports, dataset, { generation, seq }, progress.bytesTotal)
  for (const file of files) {
    const content = counting(objects.read(file), progress)
    for await (const rows of readCsv(uriOf(file), content, compile)) {
      await add(rows, progress.bytes)
      attribution?.add(rows as readonly ImportedInteraction[])
      progress.rows += rows.length
      report(progress)
    }
  }
  await finish()
  assertEnough(dataset, progress.rows, minimums.import, source)
  await attribution?.write()
  await remember({ phase: 'merging', progress })
  return { generation, progress }
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
