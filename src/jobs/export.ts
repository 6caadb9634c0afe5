import { type Options, stringify } from 'csv-stringify/sync'
import { compileCells, wholeSeconds } from '../datasets/cells.ts'
import { decodeValues } from '../datasets/encoding.ts'
import type { Dataset } from '../datasets/of-group.ts'
import { idFields } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'
import { inChunks } from '../store/in-chunks.ts'
import type { Ingestion } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import type { RunJob } from './context.ts'
import { datasetOfJob } from './dataset.ts'
import { destinationOf, documentOf } from './documents.ts'

/** After this many characters of a file the next one is begun. */
const FILE_LENGTH = 1e9
const CHUNK_ROWS = 1000

/**
 * RFC 4180, as Python, pandas, Excel, DuckDB and PostgreSQL read it: a quote in quotes is doubled, a backslash is one.
 * A line end of any kind is in quotes.
 */
const CSV_OPTIONS: Options = { quoted_match: /[\r\n]/, cast: { boolean: String } }

/**
 * Writes a dataset to CSV files, `part-0000.csv` and so on, each with a header. They are in a folder of the job's name
 * in the folder of the request. An import reads them as they are.
 */
export const runExport: RunJob = async ({ store, objects, job, report }) => {
  const { ingestionMode = 'PUT', jobOutput, ...document } = documentOf(job)
  const { bucket, key: folder } = destinationOf({ ...document, jobOutput })
  const dataset = await datasetOfJob(store, job.parent)
  const scan = dataset.type.endsWith('INTERACTIONS') ? interactionRows : recordRows
  const chunks = inChunks(scan(store, dataset, ingestionMode), CHUNK_ROWS)
  const header = stringify([dataset.schema.fields.map(({ name }) => name)])
  const progress = { rows: 0 }
  let chunk = await chunks.next()
  const writePart = async function* () {
    yield header
    for (let length = 0; !chunk.done && length < FILE_LENGTH; chunk = await chunks.next()) {
      const text = stringify(chunk.value as Value[][], CSV_OPTIONS)
      length += text.length
      yield text
      progress.rows += chunk.value.length
      report(progress)
    }
  }
  const locationOf = (part: number) => ({ bucket, key: `${folder}part-${String(part).padStart(4, '0')}.csv` })
  let part = 0
  do await objects.write(locationOf(part++), writePart(), jobOutput?.s3DataDestination.kmsKeyArn)
  while (!chunk.done)
  // An attempt that was cut off, or a job of this name on another server, may have written more.
  while (await objects.remove(locationOf(part))) part++
  return { progress }
}

async function* recordRows(store: Store, { id, type, schema }: Dataset, ingestion: Ingestion) {
  const place = schema.fields.findIndex(({ name }) => name === idFields[type])
  for await (const record of store.records.scan(id, ingestion)) {
    yield decodeValues(schema, record.fields).toSpliced(place, 0, record.id)
  }
}

/**
 * A file has whole seconds and the schema's fields only, so interactions that differ in something else are alike in it.
 * They are written once. Alike ones have the user and the second in common, and those come together.
 */
async function* interactionRows(store: Store, { id, schema }: Dataset, ingestion: Ingestion) {
  const toCells = compileCells(schema)
  let group = ''
  const written = new Set<string>()
  for await (const interaction of store.interactions.scan(id, ingestion)) {
    const cells = toCells(interaction)
    const next = `${interaction.userId}\n${wholeSeconds(interaction)}`
    if (next !== group) written.clear()
    group = next
    const line = cells.join('\0')
    if (!written.has(line)) yield cells
    written.add(line)
  }
}
