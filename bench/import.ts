/**
 * Measures a bulk import, from CreateDatasetImportJob to ACTIVE. It prints CSV rows/s as a ratio to a pass that only
 * parses the same file with a library (csv-parse, as in its documentation). Both run in turn in one process.
 *
 * With `--postgres` the store is PostgreSQL, and the ratio is to COPY. It loads the same file, in CSV, into a table of
 * its columns with a key: a user's id, or the user and time of an interaction. Processor times follow, which mean
 * something on a busy machine too: of PostgreSQL by COPY, of PostgreSQL by the import, and of the server.
 *
 * With `--parquet` the import reads the same rows from Parquet, in groups of 100,000 with Snappy.
 *
 *     npm run bench:import [-- --rows 1000000 --rounds 3 --files 1 --postgres --parquet]
 */
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { finished, pipeline } from 'node:stream/promises'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetImportJobCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize'
import { type Options, parse } from 'csv-parse'
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer'
import { Client } from 'pg'
import { from } from 'pg-copy-streams'
import { startPostgres } from '#test/postgres.ts'
import { active } from './support/active.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { postgresMs, startPersonalite } from './support/processes.ts'
import { progress } from './support/progress.ts'

const { values } = readOptions({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    files: { type: 'string', default: '1' },
    postgres: { type: 'boolean', default: false },
    parquet: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
const fileCount = Number(values.files)

/** Room for the tables of a bench in memory, and in the log between two checkpoints. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB' }

/** Settings with which csv-parse accepts the same files as an import. */
const CSV_OPTIONS: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: 1 << 20,
}

const BASIC_TYPES: Readonly<Record<string, BasicType>> = { int: 'INT32', long: 'INT64', float: 'DOUBLE' }

interface Field {
  readonly name: string
  readonly type: string | readonly string[]
  readonly categorical?: boolean
  readonly textual?: boolean
}

interface Sample {
  readonly datasetType: string
  readonly fields: readonly Field[]
  /** The columns of a table for these rows in PostgreSQL, and its key. */
  readonly table: string
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
    table: `user_id text COLLATE "C" PRIMARY KEY, membership_type text, number_of_videos_watched int, country text,
      device text, age int, spent double precision, interests text`,
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
    datasetType: 'Items',
    fields: [
      string('ITEM_ID'),
      category('GENRES'),
      { name: 'PRICE', type: ['null', 'float'] },
      { name: 'CREATION_TIMESTAMP', type: 'long' },
      { name: 'DESCRIPTION', type: ['null', 'string'], textual: true },
    ],
    table:
      'item_id text COLLATE "C" PRIMARY KEY, genres text, price double precision, creation bigint, description text',
    row: (index, random) => [
      `item-${(index * 7919) % rows}`,
      ['drama', 'drama|comedy', 'comedy|horror|war'][random % 3]!,
      (random % 10_000) / 100,
      1_500_000_000 + index,
      `A film of ${random % 180} minutes about ${['love', 'the sea', 'two friends'][random % 3]!} and the number ${random}`,
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
    table: `user_id text COLLATE "C", item_id text, event_type text, event_value double precision, timestamp bigint,
      device text, PRIMARY KEY (user_id, timestamp, item_id)`,
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
await using postgres = values.postgres ? await startPostgres(SETTINGS) : undefined
const beside = postgres ? 'COPY' : 'parse'
const processor = postgres ? '   µs a row: COPY  import  server' : ''
console.log(`\ndataset        MiB  ${beside.padStart(5)} rows/s  import rows/s  ratio  peak MiB${processor}`)
for (const sample of samples) await measure(sample)

async function measure(sample: Sample): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  const [imported, csv] = [`${dataDir}/s3/bench/rows`, `${dataDir}/csv`]
  for (const folder of [imported, csv]) mkdirSync(folder, { recursive: true })
  const files = Array.from({ length: fileCount }, (_, i) => `${values.parquet ? csv : imported}/part-${i}.csv`)
  for (const [i, file] of files.entries()) {
    await write(file, sample, i)
    if (values.parquet) await writeParquet(`${imported}/part-${i}.parquet`, sample, file)
  }
  const database = await postgres?.createDatabase(sample.datasetType.toLowerCase())
  const server = await startPersonalite(dataDir, [], database ? ['--store', database] : [])
  const importOnce = await prepareImport(server.url, sample)
  const results: { beside: Times; import: Times }[] = []
  const processorMs = () => ({ server: server.processorMs(), database: postgres ? postgresMs(postgres.dataDir) : 0 })
  for (let round = 0; round < rounds; round++) {
    const other = await timed(processorMs, () => (database ? copyOnly(database, files, sample) : parseOnly(files)))
    results.push({ beside: other, import: await timed(processorMs, importOnce) })
  }
  const middle = (of: 'beside' | 'import', time: keyof Times = 'seconds') =>
    median(results.map(result => result[of][time]))
  const micros = (of: 'beside' | 'import', time: 'server' | 'database') => ((middle(of, time) / rows) * 1e6).toFixed(2)
  const cells = [
    sample.datasetType.padEnd(12),
    (files.reduce((bytes, file) => bytes + statSync(file).size, 0) / 2 ** 20).toFixed(0).padStart(5),
    (rows / middle('beside')).toFixed(0).padStart(13),
    (rows / middle('import')).toFixed(0).padStart(14),
    (middle('beside') / middle('import')).toFixed(2).padStart(6),
    String(server.peakMemoryMiB()).padStart(9),
    postgres && micros('beside', 'database').padStart(16),
    postgres && micros('import', 'database').padStart(7),
    postgres && micros('import', 'server').padStart(7),
  ]
  console.log(cells.filter(Boolean).join(' '))
  await server.stop()
  rmSync(dataDir, { recursive: true })
}

/** Writes the rows whose turn it is in this file, of all the files. */
async function write(file: string, { fields, row }: Sample, number: number): Promise<void> {
  const stream = createWriteStream(file)
  stream.write(`${fields.map(field => (field as { name: string }).name).join(',')}\n`)
  const [first, end] = [number, number + 1].map(part => Math.round((part * rows) / fileCount)) as [number, number]
  const bar = progress('writing the file', end - first)
  const CHUNK = 10_000
  for (let at = first; at < end; at += CHUNK) {
    const lines = Array.from({ length: Math.min(CHUNK, end - at) }, (_, i) =>
      row(at + i, Math.floor(Math.random() * rows)).join(','),
    )
    if (!stream.write(`${lines.join('\n')}\n`)) await new Promise(resolve => stream.once('drain', resolve))
    bar.add(lines.length)
  }
  await finished(stream.end())
  bar.done()
}

/** Writes the rows of a file in CSV as Parquet. */
async function writeParquet(file: string, { fields }: Sample, csv: string): Promise<void> {
  const lines = await Array.fromAsync<string[]>(createReadStream(csv).pipe(parse({ ...CSV_OPTIONS, from_line: 2 })))
  const columnData = fields.map(({ name, type }, at) => {
    const basic = BASIC_TYPES[[type].flat().find(one => one !== 'null')!] ?? 'STRING'
    const read = basic === 'STRING' ? String : basic === 'INT64' ? BigInt : Number
    return { name, type: basic, data: lines.map(line => (line[at] === '' ? null : read(line[at]!))) }
  })
  writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 100_000 })))
}

async function parseOnly(files: readonly string[]): Promise<void> {
  let count = 0
  for (const file of files) for await (const _ of createReadStream(file).pipe(parse(CSV_OPTIONS))) count++
  if (count !== rows + fileCount) throw new Error(`parsed ${count} rows`)
}

async function copyOnly(database: string, files: readonly string[], { table }: Sample): Promise<void> {
  const client = new Client(database)
  await client.connect()
  await client.query(`DROP TABLE IF EXISTS plain; CREATE TABLE plain (${table})`)
  for (const file of files)
    await pipeline(createReadStream(file), client.query(from('COPY plain FROM STDIN (FORMAT csv, HEADER)')))
  const { rows: counted } = await client.query<{ count: string }>('SELECT count(*) FROM plain')
  if (Number(counted[0]!.count) !== rows) throw new Error(`copied ${counted[0]!.count} rows`)
  await client.end()
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
        dataSource: { dataLocation: 's3://bench/rows/' },
        roleArn: 'arn:aws:iam::000000000000:role/bench',
      }),
    )
    const describe = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
    await active(async () => (await client.send(describe)).datasetImportJob)
  }
}

/** In seconds: by the clock, and of the processors. */
interface Times {
  readonly seconds: number
  readonly server: number
  readonly database: number
}

async function timed(
  processorMs: () => { readonly server: number; readonly database: number },
  work: () => Promise<void>,
): Promise<Times> {
  const [startedAt, before] = [performance.now(), processorMs()]
  await work()
  const [endedAt, after] = [performance.now(), processorMs()]
  return {
    seconds: (endedAt - startedAt) / 1000,
    server: (after.server - before.server) / 1000,
    database: (after.database - before.database) / 1000,
  }
}
