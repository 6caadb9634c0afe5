/**
 * Measures a bulk import, from CreateDatasetImportJob to ACTIVE. It prints CSV rows/s as a ratio to a pass that only
 * parses the same file with a library (csv-parse, as in its documentation). Both run in turn in one process.
 *
 *     npm run bench:import [-- --rows 1000000 --rounds 3]
 */
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { finished } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetImportJobCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize'
import { type Options, parse } from 'csv-parse'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { startPersonalite } from './support/processes.ts'
import { progress } from './support/progress.ts'

const { values } = readOptions({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)

/** Settings with which csv-parse accepts the same files as an import. */
const CSV_OPTIONS: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: 1 << 20,
}

interface Sample {
  readonly datasetType: string
  readonly fields: readonly object[]
  /** Returns the cells of a row, from its number and a random number of the same range, so that ids are in no order. */
  row(index: number, random: number): readonly (string | number)[]
}

const string = (name: string) => ({ name, type: 'string' })
const category = (name: string) => ({ name, type: ['null', 'string'], categorical: true })
const samples: readonly Sample[] = [
  {
    datasetType: 'Users',
    fields: [
      string('USER_ID'),
      category('MEMBERSHIP_TYPE'),
      { name: 'NUMBER_OF_VIDEOS_WATCHED', type: 'int' },
      category('COUNTRY'),
      category('DEVICE'),
      { name: 'AGE', type: ['null', 'int'] },
      { name: 'SPENT', type: ['null', 'float'] },
      category('INTERESTS'),
    ],
    row: (index, random) => [
      `user-${(index * 7919) % rows}`,
      random % 2 ? 'Member|Frequent shopper' : 'Member',
      random % 1000,
      ['Norway', 'Kenya', 'Chile', 'Japan'][random % 4]!,
      ['phone', 'tablet', 'web'][random % 3]!,
      20 + (random % 60),
      (random % 10_000) / 100,
      ['films', 'films|music', 'music|games|books'][random % 3]!,
    ],
  },
  {
    datasetType: 'Interactions',
    fields: [
      string('USER_ID'),
      string('ITEM_ID'),
      string('EVENT_TYPE'),
      { name: 'EVENT_VALUE', type: ['float', 'null'] },
      { name: 'TIMESTAMP', type: 'long' },
      category('DEVICE'),
    ],
    row: (index, random) => [
      `user-${random % Math.ceil(rows / 20)}`,
      `item-${(random * 31) % 50_000}`,
      random % 10 ? 'View' : 'Purchase',
      random % 10 ? '' : (random % 9000) / 100,
      1_600_000_000 + index,
      ['phone', 'tablet', 'web'][random % 3]!,
    ],
  },
]

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${rows.toLocaleString('en')} rows, ${rounds} rounds`,
)
console.log('\ndataset        MiB  parse rows/s  import rows/s  ratio  peak MiB')
for (const sample of samples) await measure(sample)

async function measure(sample: Sample): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  const file = `${dataDir}/s3/bench/rows.csv`
  mkdirSync(`${dataDir}/s3/bench`, { recursive: true })
  await write(file, sample)
  const server = await startPersonalite(dataDir)
  const importOnce = await prepareImport(server.url, sample)
  const results: { parse: number; import: number }[] = []
  for (let round = 0; round < rounds; round++) {
    results.push({ parse: await timed(() => parseOnly(file)), import: await timed(importOnce) })
  }
  const middle = (of: 'parse' | 'import') => median(results.map(result => result[of]))
  const cells = [
    sample.datasetType.padEnd(12),
    (statSync(file).size / 2 ** 20).toFixed(0).padStart(5),
    (rows / middle('parse')).toFixed(0).padStart(13),
    (rows / middle('import')).toFixed(0).padStart(14),
    (middle('parse') / middle('import')).toFixed(2).padStart(6),
    String(server.peakMemoryMiB()).padStart(9),
  ]
  console.log(cells.join(' '))
  await server.stop()
  rmSync(dataDir, { recursive: true })
}

async function write(file: string, { fields, row }: Sample): Promise<void> {
  const stream = createWriteStream(file)
  stream.write(`${fields.map(field => (field as { name: string }).name).join(',')}\n`)
  const bar = progress('writing the file', rows)
  const CHUNK = 10_000
  for (let from = 0; from < rows; from += CHUNK) {
    const lines = Array.from({ length: Math.min(CHUNK, rows - from) }, (_, i) =>
      row(from + i, Math.floor(Math.random() * rows)).join(','),
    )
    if (!stream.write(`${lines.join('\n')}\n`)) await new Promise(resolve => stream.once('drain', resolve))
    bar.add(lines.length)
  }
  await finished(stream.end())
  bar.done()
}

async function parseOnly(file: string): Promise<void> {
  let count = 0
  for await (const _ of createReadStream(file).pipe(parse(CSV_OPTIONS))) count++
  if (count !== rows + 1) throw new Error(`parsed ${count} rows`)
}

/** Returns a function that imports the file into a new dataset. */
async function prepareImport(endpoint: string, { datasetType, fields }: Sample): Promise<() => Promise<void>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new PersonalizeClient({ endpoint, region: 'us-east-1', credentials })
  const namespace = 'com.amazonaws.personalize.schema'
  const schema = JSON.stringify({ type: 'record', name: datasetType, namespace, fields, version: '1.0' })
  const { schemaArn } = await client.send(new CreateSchemaCommand({ name: 'bench', schema }))
  let imports = 0
  return async () => {
    const name = `bench-${imports++}`
    const { datasetGroupArn } = await client.send(new CreateDatasetGroupCommand({ name }))
    const dataset = { name, datasetType, schemaArn: schemaArn!, datasetGroupArn: datasetGroupArn! }
    const { datasetArn } = await client.send(new CreateDatasetCommand(dataset))
    const { datasetImportJobArn } = await client.send(
      new CreateDatasetImportJobCommand({
        jobName: name,
        datasetArn: datasetArn!,
        dataSource: { dataLocation: 's3://bench/rows.csv' },
        roleArn: 'arn:aws:iam::000000000000:role/bench',
      }),
    )
    while (true) {
      const { datasetImportJob: job } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))
      if (job?.status === 'ACTIVE') return
      if (job?.failureReason) throw new Error(job.failureReason)
      await setTimeout(100)
    }
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
