import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { assertActive, exportTo, importFrom, putFile, readFiles } from '#test/jobs.ts'
import { fc } from '#test/properties.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { databaseIn } from '#test/store.ts'
import { skipUnless } from './clients.ts'

const SCRIPT = fileURLToPath(new URL('csv_programs.py', import.meta.url))
const FIELDS = [
  { name: 'USER_ID', type: 'string' },
  { name: 'MEMBERSHIP', type: ['null', 'string'], categorical: true },
  { name: 'NOTE', type: ['null', 'string'] },
]
const HEADER = FIELDS.map(({ name }) => name)

type Row = readonly (string | null)[]

/** Texts that other programs may read differently. */
const odd: readonly Row[] = [
  ['CORP\\alice', 'gold', 'C:\\dir'],
  ['C:\\dir\\', 'gold|old', 'C:\\dir\\'],
  ['a "quoted" id', null, 'say "hi"'],
  ['a,b', 'x', 'two\nlines, and\r\nthree'],
  ['\\', null, '\\"'],
  ['\\\\', 'y', '"\\\\"'],
  ['"', null, '""'],
  ['=1+1', 'z', "'single'"],
  ['漢字 👍', 'é', '{"a":"x\\"","b":1}'],
  ['ends with a quote"', 'w', '\\",'],
  ['a\rb', 'v', '\\N'],
]

/**
 * Random texts with an id each. Blanks at the edges and empty cells are left out, since they have another meaning here.
 */
const random = fc
  .sample(fc.array(fc.constantFrom('"', '\\', ',', '\n', '\r\n', 'a', ' b', '|', 'é', "'", '\t.'), { minLength: 1 }), {
    numRuns: 60,
    seed: 12,
  })
  .map((parts, i): Row => [`random-${i}`, null, `<${parts.join('')}>`])

const rows = [...odd, ...random]

const python = (action: string, program: string, path: string, input = '') =>
  execFileSync('python3', [SCRIPT, action, program, path], { input, encoding: 'utf8' })

const has = (module: string) => skipUnless(module, 'python3', ['-c', `import ${module}`])

describe('CSV files of other programs', () => {
  let server: TestServer
  let datasetArn: string
  before(async () => {
    server = await startTestServer()
    datasetArn = (await createDataset(server, 'Users', { fields: FIELDS })).datasetArn
    await mkdir(join(server.dataDir, 's3/b'), { recursive: true })
  })
  after(() => server[Symbol.asyncDispose]())

  const pathOf = (key: string) => join(server.dataDir, 's3/b', key)
  const importKey = async (key: string) => assertActive(await importFrom(server, datasetArn, `s3://b/${key}`))
  const exportKey = async () => {
    const { jobName, ...job } = await exportTo(server, datasetArn, 's3://b/out/', 'BULK')
    assertActive(job)
    return `out/${jobName}/part-0000.csv`
  }
  const sorted = (table: readonly Row[]) => table.map(row => JSON.stringify(row)).sort()
  const assertHas = async (expected: readonly Row[]) => {
    const found = JSON.parse(python('read', 'csv', pathOf(await exportKey())))
    assert.deepEqual(sorted(found), sorted(expected))
  }

  for (const [program, skip] of [
    ['csv', has('csv')],
    ['csv-all', has('csv')],
    ['pandas', has('pandas')],
    ['duckdb', has('duckdb')],
  ] as const) {
    it(`are read as ${program} writes them, and written as it reads them`, { skip }, async () => {
      python('write', program, pathOf(`${program}.csv`), JSON.stringify([HEADER, ...rows]))
      await importKey(`${program}.csv`)
      await assertHas(rows)
      const key = await exportKey()
      assert.deepEqual(sorted(JSON.parse(python('read', program, pathOf(key)))), sorted(rows))
      await importKey(key)
      await assertHas(rows)
    })
  }

  it('are read as the same table in Parquet of DuckDB', { skip: has('duckdb') }, async () => {
    python('write', 'duckdb-parquet', pathOf('duckdb.parquet'), JSON.stringify([HEADER, ...rows]))
    await importKey('duckdb.parquet')
    await assertHas(rows)
  })

  const { PERSONALITE_TEST_POSTGRES: postgres } = process.env
  it('are those of COPY of PostgreSQL', { skip: !postgres && 'there is no PostgreSQL here' }, async () => {
    const client = new Client(await databaseIn(postgres!, `${basename(server.dataDir).toLowerCase()}-copy`))
    await client.connect()
    try {
      await client.query('CREATE TABLE users (user_id text, membership text, note text)')
      await putFile(server, 'rows.csv', '')
      python('write', 'csv', pathOf('rows.csv'), JSON.stringify([HEADER, ...rows]))
      await importKey('rows.csv')
      const exported = (await readFiles(server, (await exportKey()).replace('/part-0000.csv', '')))['part-0000.csv']!
      await pipeline([exported], client.query(copyFrom('COPY users FROM STDIN (FORMAT csv, HEADER)')))
      const { rows: found } = await client.query({ text: 'SELECT * FROM users', rowMode: 'array' })
      assert.deepEqual(sorted(found), sorted(rows))

      const copied = await client.query(copyTo('COPY users TO STDOUT (FORMAT csv, HEADER)')).toArray()
      await putFile(server, 'copied.csv', Buffer.concat(copied))
      await importKey('copied.csv')
      await assertHas(rows)
    } finally {
      await client.end()
    }
  })
})
