import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { type Database, openDatabase } from './database.ts'

const TEXTS = [
  '',
  'NULL',
  'null',
  ' a b ',
  '"',
  '\\',
  '\\"',
  'a,b',
  '{a}',
  "'",
  '\n\r\t\u0001',
  'é😀',
  '["x",null]',
  '$1',
]

describe('an array of values', () => {
  let postgres: Postgres
  let db: Database
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
    db = openDatabase(postgres.url, { connections: 1 })
  })
  after(async () => {
    await db[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
  })

  const reads = async (type: string, values: readonly unknown[]) => {
    const [row] = await db.query<{ read: unknown }>({ name: type, text: `SELECT to_json($1::${type}[]) AS read` }, [
      values,
    ])
    return row!.read
  }

  it('is read as the same texts, whatever is in them', async () => {
    assert.deepEqual(await reads('text', [...TEXTS, null]), [...TEXTS, null])
    for (const text of TEXTS) assert.deepEqual(await reads('text', [text]), [text])
  })

  it('is read as the same numbers', async () => {
    const numbers = [0, -1, 0.1, 1e300, 5e-324, 2 ** 53 - 1, null]
    assert.deepEqual(await reads('float8', numbers), numbers)
    const whole = [0, -1, 2 ** 53 - 1, null]
    assert.deepEqual(await reads('bigint', whole), whole)
  })

  it('is read as the same truths, and as nothing where it has none', async () => {
    assert.deepEqual(await reads('boolean', [true, false, null]), [true, false, null])
    assert.deepEqual(await reads('text', []), [])
  })

  it('of other values is what pg makes of it', async () => {
    assert.deepEqual(
      await reads('int', [
        [1, 2],
        [3, 4],
      ]),
      [
        [1, 2],
        [3, 4],
      ],
    )
  })
})
