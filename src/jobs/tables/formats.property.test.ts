import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { fc } from '#test/properties.ts'
import { tableInPieces } from '#test/tables.ts'
import { compileCsvInteractions, compileCsvRecords } from '../../datasets/csv.ts'
import { MissingCells } from '../../datasets/missing-values.ts'
import { type Field, type FieldType, parseSchema, type Schema } from '../../datasets/schema.ts'
import { readTables } from './read-tables.ts'

const schemaOf = (name: string, fields: readonly object[]) =>
  parseSchema(JSON.stringify({ type: 'record', name, namespace: 'com.amazonaws.personalize.schema', fields }))

const users = schemaOf('Users', [
  { name: 'USER_ID', type: 'string' },
  { name: 'AGE', type: ['null', 'int'] },
  { name: 'POINTS', type: 'long' },
  { name: 'SPENT', type: ['null', 'double'] },
  { name: 'IS_MEMBER', type: ['null', 'boolean'] },
  { name: 'TAGS', type: ['null', 'string'], categorical: true },
])
const interactions = schemaOf('Interactions', [
  { name: 'USER_ID', type: 'string' },
  { name: 'ITEM_ID', type: 'string' },
  { name: 'TIMESTAMP', type: 'long' },
  { name: 'EVENT_TYPE', type: 'string' },
  { name: 'EVENT_VALUE', type: ['null', 'float'] },
  { name: 'IMPRESSION', type: ['null', 'string'] },
])

type Cell = string | number | bigint | boolean | readonly string[] | null

interface Column {
  readonly name: string
  /** Of Parquet. */
  readonly type: 'STRING' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'LIST'
  readonly values: readonly Cell[]
}

/** Values as people have them, and with some that no field takes. */
const text = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'A|B',
    '|',
    ' a ',
    '12',
    '4.0',
    '1e3',
    'x',
    'true',
    'NaN',
    '-',
    '2020-01-01',
    'é👍',
    'a"b\\',
  ),
  fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', '|', ' ', '\u00a0', '7'), maxLength: 6 }),
  fc.constantFrom('x'.repeat(257), 'x'.repeat(1001), 'USER_ID', '1600000000', '1600000000000'),
)
const values: Readonly<Record<Column['type'], fc.Arbitrary<Cell>>> = Object.assign(Object.create(null), {
  STRING: text,
  INT32: fc.integer(),
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  DOUBLE: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1_600_000_000, 45, 0.1)),
  BOOLEAN: fc.boolean(),
  LIST: fc.array(fc.constantFrom('a', 'b', ' c', ''), { maxLength: 3 }),
})

const anyColumn = (name: string, rows: number): fc.Arbitrary<Column> =>
  fc
    .constantFrom<Column['type']>('STRING', 'INT32', 'INT64', 'DOUBLE', 'BOOLEAN', 'LIST')
    .chain(type =>
      fc
        .array(fc.option(values[type], { freq: 8 }), { minLength: rows, maxLength: rows })
        .map(values => ({ name, type, values })),
    )

/** A column as most files have it: the types and values are the field's. */
const goodColumn = ({ name, type }: Field, rows: number): fc.Arbitrary<Column> => {
  const values: Readonly<Record<FieldType, fc.Arbitrary<Column>>> = {
    string: columnOf('STRING', fc.constantFrom('a', 'b', 'c, "d"', 'A|B')),
    int: columnOf('INT32', fc.integer({ min: 0, max: 9 })),
    long: columnOf('INT64', fc.constantFrom(1_600_000_000n, 1_700_000_000n)),
    float: columnOf('DOUBLE', fc.double({ min: -9, max: 9, noNaN: true })),
    double: columnOf('DOUBLE', fc.double({ min: -9, max: 9, noNaN: true })),
    boolean: columnOf('BOOLEAN', fc.boolean()),
  }
  function columnOf(type: Column['type'], value: fc.Arbitrary<Cell>): fc.Arbitrary<Column> {
    return fc.array(value, { minLength: rows, maxLength: rows }).map(values => ({ name, type, values }))
  }
  return values[type]
}

/** A table for a schema: fields in any order and spelling, seldom one too few or too many. */
const tableFor = ({ fields }: Schema) =>
  fc.integer({ min: 0, max: 6 }).chain(rows => {
    const columns = fields.map(field => {
      const { name, nullable } = field
      const spelling = fc.constantFrom(name, name, name.toLowerCase())
      const good = goodColumn(field, rows)
      const column = fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: anyColumn(field.name, rows) })
      const spelt = fc.tuple(column, spelling).map(([one, name]) => ({ ...one, name }))
      return fc.option(spelt, { freq: nullable ? 4 : 60 })
    })
    const stray = fc.option(anyColumn('STRAY', rows), { freq: 1 })
    return fc
      .tuple(...columns, stray)
      .map(all => all.filter(column => column !== null))
      .chain(all => fc.shuffledSubarray(all, { minLength: all.length }))
      .filter(all => all.length > 1)
  })

function csvOf(columns: readonly Column[]): string {
  const rows = columns[0]!.values.map((_, i) => columns.map(({ values }) => cellOf(values[i]!)))
  const header = columns.map(({ name }) => name)
  // In quotes, so that a row of empty cells is no blank line and a blank at an end stays.
  return stringify([header, ...rows], { quoted_match: /^ | $/ })
}

/** As pandas and Spark write it: NaN is a missing number, in Parquet too. */
function cellOf(value: Cell): string {
  return value === null || Number.isNaN(value) ? '' : Array.isArray(value) ? value.join('|') : String(value)
}

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number]

function parquetOf(columns: readonly Column[]): Uint8Array {
  const schema = columns.flatMap(({ name, type }): SchemaElement[] =>
    type === 'LIST'
      ? [
          { name, num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
          { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
          { name: 'element', ...elements.STRING, repetition_type: 'OPTIONAL' },
        ]
      : [{ name, ...elements[type as keyof typeof elements], repetition_type: 'OPTIONAL' }],
  )
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map(({ name, values }) => ({ name, data: [...values] })),
      schema: [{ name: 'root', num_children: columns.length }, ...schema],
      rowGroupSize: 2,
    }),
  )
}

const elements = {
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  INT32: { type: 'INT32' },
  INT64: { type: 'INT64' },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
} as const

/** The rows of files and their missing values, or the failure: with the numbers of rows, not of lines. */
async function outcomeOf(schema: Schema, contents: readonly (string | Uint8Array)[]) {
  const missing = new MissingCells()
  const compile = schema.datasetType === 'USERS' ? compileCsvRecords : compileCsvInteractions
  const files = contents.map((content, i) => tableInPieces(`s3://b/${i}`, content))
  const read = readTables<unknown>(
    files,
    (header, source) => {
      missing.source = source
      return compile(schema, header, missing) as (cells: readonly string[], number: number) => unknown
    },
    schema,
  )
  try {
    const rows = (await Array.fromAsync(read)).flat()
    return inRows(`${JSON.stringify({ rows, missing: missing.report() }, bigIntsAsText)}`)
  } catch (error) {
    assert.equal((error as Error).name, 'JobFailure', `${(error as Error).stack}`)
    return inRows((error as Error).message)
  }
}

const bigIntsAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

/** The header of CSV is on a line of its own. */
function inRows(message: string): string {
  return message
    .replace(/(s3:\/\/b\/\d) line (\d+)/g, (_, uri, line) => (line === '1' ? uri : `${uri} row ${line - 1}`))
    .replace(
      /on lines ([\d, and]+)/g,
      (_, lines) => `in rows ${lines.replace(/\d+/g, (line: string) => `${+line - 1}`)}`,
    )
}

describe('the same table as CSV, compressed CSV and Parquet', () => {
  for (const schema of [users, interactions])
    it(`becomes the same rows or the same failure: ${schema.datasetType}`, async () => {
      let failures = 0
      await fc.assert(
        fc.asyncProperty(fc.array(tableFor(schema), { minLength: 1, maxLength: 2 }), async tables => {
          const expected = await outcomeOf(schema, tables.map(csvOf))
          failures += expected.startsWith('{') ? 0 : 1
          const formats = [
            (columns: readonly Column[]) => gzipSync(csvOf(columns)),
            (columns: readonly Column[]) => zstdCompressSync(csvOf(columns)),
            parquetOf,
          ]
          for (const format of formats) assert.equal(await outcomeOf(schema, tables.map(format)), expected)
        }),
        { numRuns: 300 },
      )
      assert.ok(failures > 50 && failures < 250)
    })
})
