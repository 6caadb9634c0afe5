import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { fc } from '#test/properties.ts'
import { tableInPieces } from '#test/tables.ts'
import type { FieldType } from '../../datasets/schema.ts'
import { openTable } from '../tables/open-table.ts'

type Written = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>
type SchemaElement = NonNullable<Written['schema']>[number]

const write = (columnData: ColumnSource[], options: Written = {}) =>
  Buffer.from(parquetWriteBuffer({ columnData, ...options }))

/** Reads columns, all of them of this type in the schema. Returns the header and the rows. */
async function read(content: Uint8Array, names: readonly string[], type: FieldType = 'long') {
  const fields = names.map(name => ({ name, type }))
  const { unit, chunks } = await openTable(tableInPieces('s3://b/x.parquet', content, 1000), { fields })
  assert.equal(unit, 'row')
  const all = await Array.fromAsync(chunks)
  const rows = all.flatMap(({ rows }) => rows)
  assert.deepEqual(
    all.flatMap(({ numbers }) => numbers),
    rows.map((_, i) => i),
  )
  return rows
}

/** The cells of a column that has these values. */
async function cells(data: unknown[], column: Partial<ColumnSource> & { element?: Partial<SchemaElement> } = {}) {
  const { element, ...source } = column
  const schema = element && [{ name: 'root', num_children: 1 }, { name: 'A', ...element } as SchemaElement]
  const content = write([{ name: 'A', data, ...source } as ColumnSource], schema && { schema })
  return (await read(content, ['A'])).slice(1).map(([cell]) => cell)
}

const OPTIONAL = { repetition_type: 'OPTIONAL' } as const

describe('the cells of a Parquet file', () => {
  it('are the texts of strings, numbers and booleans, and empty for null', async () => {
    assert.deepEqual(await cells(['a,"b"\n', '', null, 'é👍'], { type: 'STRING' }), ['a,"b"\n', '', '', 'é👍'])
    assert.deepEqual(await cells([1, null, -2147483648], { type: 'INT32' }), ['1', '', '-2147483648'])
    assert.deepEqual(await cells([2n ** 63n - 1n, null], { type: 'INT64' }), ['9223372036854775807', ''])
    assert.deepEqual(await cells([1.5, null, 45, 1e21], { type: 'DOUBLE' }), ['1.5', '', '45', '1e+21'])
    assert.deepEqual(await cells([true, false, null], { type: 'BOOLEAN' }), ['true', 'false', ''])
    assert.deepEqual(await cells([{ a: 1 }], { type: 'JSON' }), ['{"a":1}'])
  })

  it('are empty for NaN in a column of strings, where it would be an id or a category', async () => {
    for (const type of ['DOUBLE', 'FLOAT'] as const) {
      const content = write([{ name: 'A', data: [1, Number.NaN, 2.5], type }])
      assert.deepEqual((await read(content, ['A'], 'string')).flat(), ['A', '1', '', '2.5'])
      assert.deepEqual((await read(content, ['A'], 'double')).flat(), ['A', '1', 'NaN', '2.5'])
    }
  })

  it('have no more digits of a number of 32 bits than tell it from others', async () => {
    const numbers = [0.1, 12.34, 1e-20, 3e30, 16777216, 0.30000001192092896]
    const written = numbers.map(number => Math.fround(number))
    const found = await cells(written, { type: 'FLOAT' })
    assert.deepEqual(found.slice(0, 5), ['0.1', '12.34', '1e-20', '3e+30', '16777216'])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), async some => {
        const read = await cells(some, { type: 'FLOAT' })
        assert.deepEqual(
          read.map(cell => Math.fround(Number(cell))),
          some.map(number => number + 0),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('are seconds of a time, whatever its unit', async () => {
    const times = [1_600_000_000_999n, null, -1n]
    for (const [element, factor] of [
      [{ converted_type: 'TIMESTAMP_MILLIS' }, 1n],
      [{ converted_type: 'TIMESTAMP_MICROS' }, 1000n],
      [{ logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } }, 1_000_000n],
    ] as const) {
      const data = times.map(time => (time === null ? null : time * factor))
      const schema = [{ name: 'root', num_children: 1 }, { name: 'A', type: 'INT64', ...OPTIONAL } as SchemaElement]
      // Written as numbers and marked as times afterwards, since the writer takes dates of milliseconds alone.
      Object.assign(schema[1]!, element)
      const content = write([{ name: 'A', data } as ColumnSource], { schema, statistics: false })
      assert.deepEqual((await read(content, ['A'])).slice(1).flat(), ['1600000000', '', '-1'])
    }
    const days = await cells([new Date(86_400_000 * 3)], { element: { type: 'INT32', converted_type: 'DATE' } })
    assert.deepEqual(days, ['259200'])
  })

  it('are ISO 8601 of a time where the field is a string', async () => {
    const content = write([{ name: 'A', data: [new Date(0), new Date(1500)], type: 'TIMESTAMP' }])
    assert.deepEqual(await read(content, ['A'], 'string'), [
      ['A'],
      ['1970-01-01T00:00:00Z'],
      ['1970-01-01T00:00:01.500Z'],
    ])
  })

  it('have all digits of a decimal', async () => {
    const decimal = (type: 'INT32' | 'INT64', scale: number) =>
      ({ type, converted_type: 'DECIMAL', scale, precision: 18 }) as const
    assert.deepEqual(await cells([12.34, -0.05, 7], { element: decimal('INT32', 2) }), ['12.34', '-0.05', '7'])
    const [long] = await cells([9_007_199_254_740_992], { element: decimal('INT64', 0) })
    assert.equal(long, '9007199254740992')
  })

  it('are the values of a list with vertical bars between them', async () => {
    const data = [['a', 'b'], [], ['c'], ['d', 'e', 'f']]
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'A', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ]
    const content = write([{ name: 'A', data }], { schema })
    assert.deepEqual((await read(content, ['A'])).slice(1).flat(), ['a|b', '', 'c', 'd|e|f'])
  })

  it('are read of pages of LZ4 without a frame, also where the first bytes look like one', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `\u000faaaaa${10 + i}`)
    // A block of literals alone. The bytes from the fourth on, which in a frame are a length, are 15.
    const LZ4 = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0xf0, 0xff, bytes.length - 15 - 255]), bytes])
    const content = write([{ name: 'A', data: names, type: 'STRING' }], { codec: 'LZ4', compressors: { LZ4 } })
    assert.deepEqual((await read(content, ['A'])).slice(1).flat(), names)
  })

  it('are read of pages whose packed levels DuckDB filled up to 256', async () => {
    // COPY (SELECT * FROM (VALUES ('a', 1), (NULL, 2), ('c', NULL)) t(A, B)) TO … (FORMAT parquet, COMPRESSION
    // uncompressed), of DuckDB 2.0.1
    const content = `UEFSMRUAFV4VXiwVBhUAFQYVBgAAIQAAAEEFAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAABhAQAAAGMVABVaFVosFQYVABUGFQYA
      ACEAAABBAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAgAAABUCGTw1ABgNZHVja2RiX3NjaGVtYRUEABUMJQIYAUElAAAVAiUC
      GAFCJSIAFgYZHBksJgAcFQwZFQAZGAFBFQAWBhaAARaAASYIPBgBYxgBYRYCKAFjGAFhEREAGRwVABUAFQIAAAAmABwVAhkVABkYAUIVABYGFnwW
      fCaIATwYBAIAAAAYBAEAAAAWAigEAgAAABgEAQAAABERABkcFQAVABUCAAAAFvwBFgYmCBb8AQAoKER1Y2tEQiB2ZXJzaW9uIHYyLjAuMSAoYnVp
      bGQgOGQ3ODExNGU5MCkZLBwAABwAAADlAAAAUEFSMQ==`
    assert.deepEqual(await read(Buffer.from(content, 'base64'), ['A', 'B']), [
      ['A', 'B'],
      ['a', '1'],
      ['', '2'],
      ['c', ''],
    ])
  })

  it('are read from all groups of rows, a part at a time, with columns in any order', async () => {
    const count = 120_000
    const numbers = Array.from({ length: count }, (_, i) => i)
    const content = write(
      [
        { name: 'other', data: numbers.map(i => i % 7), type: 'INT32' },
        { name: 'some_text', data: numbers.map(i => (i % 3 ? `t${i}` : null)), type: 'STRING' },
        { name: 'NUMBER', data: numbers, type: 'INT32' },
      ],
      { rowGroupSize: [1000, 110_000] },
    )
    const [header, ...rows] = await read(content, ['NUMBER', 'SOMETEXT'])
    assert.deepEqual(header, ['other', 'some_text', 'NUMBER'])
    assert.equal(rows.length, count)
    // A column that is not wanted has its name.
    assert.ok(
      rows.every(([other, text, number], i) => {
        return other === 'other' && text === (i % 3 ? `t${i}` : '') && number === `${i}`
      }),
    )
  })
})

describe('a Parquet file that cannot be read', () => {
  const refuses = (content: Uint8Array, message: string | RegExp) =>
    assert.rejects(read(content, ['A']), { name: 'JobFailure', message })
  const whole = write(
    [
      { name: 'A', data: Array.from({ length: 500 }, (_, i) => `u${i}`), type: 'STRING' },
      { name: 'B', data: Array.from({ length: 500 }, (_, i) => (i % 3 ? i : null)), type: 'INT32' },
      { name: 'C', data: Array.from({ length: 500 }, (_, i) => `${i % 2}`), type: 'STRING' },
    ],
    { rowGroupSize: 200, codec: 'UNCOMPRESSED' },
  )

  it('is named with the column whose values are nested, unless it is no field', async () => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 2 },
      { name: 'A', num_children: 1, repetition_type: 'REQUIRED' },
      { name: 'x', type: 'INT32', repetition_type: 'REQUIRED' },
      { name: 'B', type: 'INT32', repetition_type: 'REQUIRED' },
    ]
    const content = write(
      [
        { name: 'A', data: [{ x: 1 }] },
        { name: 'B', data: [2] },
      ],
      { schema },
    )
    const remedy = 'write a column for each of its values, or a list of strings or numbers'
    await refuses(content, `s3://b/x.parquet: the column "A" is nested (STRUCT): ${remedy}`)
    const others = [
      ['A', 'B'],
      ['A', '2'],
    ]
    assert.deepEqual(await read(content, ['B']), others)
    const { chunks } = await openTable(tableInPieces('s3://b/x.parquet', content), {})
    assert.deepEqual(
      (await Array.fromAsync(chunks)).flatMap(({ rows }) => rows),
      others,
    )
  })

  it('is named with the column whose type has no text', async () => {
    const content = write([{ name: 'A', data: [1] }], {
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'A', type: 'INT32', converted_type: 'TIME_MILLIS', repetition_type: 'REQUIRED' },
      ],
    })
    await refuses(
      content,
      's3://b/x.parquet: the column "A" has the type TIME_MILLIS: write it as a string or a number',
    )
  })

  it('is named with the column whose text is not UTF-8', async () => {
    const broken = Buffer.from(whole)
    broken[broken.indexOf('u499')] = 0xff
    await refuses(broken, 's3://b/x.parquet: the column "A", rows 401 to 500: the text is not UTF-8: write it as UTF-8')
  })

  it('must be whole', async () => {
    for (const end of [8, 500, whole.length - 1])
      await refuses(whole.subarray(0, end), 's3://b/x.parquet is Parquet whose end is missing: upload it again')
  })

  it('must have as many rows as its groups', async () => {
    // The second group has 200.
    for (const [byte, damage] of [
      [0xff, 'a group has -256 rows'],
      [0x92, 'its groups have 501 rows, and not 500'],
    ] as const) {
      const broken = Buffer.from(whole)
      broken[6064] = byte
      await refuses(broken, `s3://b/x.parquet is Parquet, but damaged: ${damage}`)
    }
  })

  it('fails with its name, and soon, wherever it is damaged', async () => {
    const places = fc.array(fc.tuple(fc.nat(whole.length - 5), fc.nat(255)), { minLength: 1, maxLength: 3 })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(places, async some => {
        const damaged = Buffer.from(whole)
        for (const [place, byte] of some) damaged[Math.max(place, 4)] = byte
        await read(damaged, ['A', 'B', 'C']).catch(error => {
          refused++
          assert.equal(error.name, 'JobFailure', error.stack)
          assert.match(error.message, /^s3:\/\/b\/x\.parquet/)
        })
      }),
      { numRuns: 300 },
    )
    assert.ok(refused > 20)
  })
})
