import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { Client } from 'pg'
import { eventually } from '#test/eventually.ts'
import { type Nodes, ON_CITUS, startNodes } from '#test/nodes.ts'
import type { Migration, MigrationProgress } from '../migrations.ts'
import { isStoreError, type Store } from '../store.ts'
import { openDatabase } from './database.ts'
import { MIGRATIONS_KNOWN, migrate } from './migrate.ts'
import { openPostgresStore } from './store.ts'

const OWN = MIGRATIONS_KNOWN.at(-1)!.number

it('a database whose encoding has no room for all texts is refused before anything is created in it', async () => {
  await using nodes = await startNodes({ fsync: 'off' })
  const [url] = await nodes.createDatabase('usual')
  const create = async (encoding: string) => {
    const client = new Client(url)
    await client.connect()
    await client.query(
      `CREATE DATABASE ${encoding} ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    )
    await client.end()
    return url!.replace(/usual$/, encoding.toLowerCase())
  }
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const refused = new RegExp(`^Error: the database must have the encoding UTF8, and has ${encoding}: create it anew`)
    await assert.rejects(openPostgresStore(await create(encoding)), refused)
  }
})

describe('migrations of a newer version', () => {
  let nodes: Nodes
  let url: string
  /** Of a worker, on Citus. */
  let near: string
  let client: Client
  let count = 0
  before(async () => {
    nodes = await startNodes({ fsync: 'off' })
  })
  after(() => nodes[Symbol.asyncDispose]())
  beforeEach(async context => {
    const urls = await nodes.createDatabase(`migrate${++count}`)
    url = urls[0]!
    near = urls.at(-1)!
    await (await openPostgresStore(url)).close()
    client = new Client(url)
    await client.connect()
    ;(context as { after(end: () => Promise<void>): void }).after(() => client.end())
  })

  /** A migration of a later version, which these servers and newer ones can follow. */
  const later = (text: string, oldest: number): Migration => ({ name: '9999-later.sql', number: 9999, text, oldest })
  const migrateBy = async (migration: Migration, told: (progress: MigrationProgress) => void = () => {}) => {
    await using db = openDatabase(url, { connections: 1 })
    await migrate(db, told, [...MIGRATIONS_KNOWN, migration])
  }
  const datasetIn = async (store: Store) =>
    (await store.resources.create({ arn: 'users', kind: 'dataset', status: 'ACTIVE', document: {} })).id
  const isThere = async (table: string) =>
    (await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [table])).rows[0].there as boolean

  it('are followed by servers that they name: those that run, and those that start', async () => {
    await using running = await openPostgresStore(near)
    const dataset = await datasetIn(running)
    await migrateBy(later('CREATE TABLE later (n int)', OWN))
    await running.records.put(dataset, [{ id: 'ann', fields: '[1]' }])
    await using starting = await openPostgresStore(near)
    assert.equal((await starting.records.get(dataset, 'ann'))!.fields, '[1]')
    assert.deepEqual([running.trouble(), starting.trouble()], [undefined, undefined])
    assert.ok(await isThere('later'))
  })

  it('are not followed by older ones, which do not start, and say what to do', async () => {
    await migrateBy(later('CREATE TABLE later (n int)', OWN + 1))
    await assert.rejects(
      openPostgresStore(url),
      /newer version of personalite \(9999-later\.sql\), which this version cannot follow: start the newer version, or restore the backup from before/,
    )
  })

  it('are not followed where they are of another line, which lacks one that this version knows', async () => {
    await client.query('DELETE FROM migrations WHERE name = $1', [MIGRATIONS_KNOWN.at(-1)!.name])
    await client.query("INSERT INTO migrations VALUES ('0005-other.sql')")
    await assert.rejects(openPostgresStore(url), /0005-other\.sql/)
  })

  it('come after the last write of older servers, which write no more and are told why', async () => {
    await using store = await openPostgresStore(near)
    const dataset = await datasetIn(store)
    let acknowledged = 0
    let isOver = false
    const refused: unknown[] = []
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; !isOver; n++)
        try {
          await store.records.put(dataset, [{ id: `${writer}-${n}`, fields: '[1]' }])
          acknowledged++
        } catch (error) {
          refused.push(error)
          return
        }
    })
    await eventually('an acknowledged write', () => acknowledged > 0)
    const count = 'SELECT count(*)::int AS n FROM records'
    try {
      await migrateBy(later(`CREATE TABLE later AS ${count}; SELECT pg_sleep(.3)`, OWN + 1))
      await eventually('each writer to be refused', () => refused.length === writers.length)
    } finally {
      isOver = true
      await Promise.all(writers)
    }
    const [atMigration] = (await client.query('SELECT n FROM later')).rows
    assert.equal((await client.query(count)).rows[0].n, atMigration.n)
    assert.ok(acknowledged > 0 && acknowledged <= atMigration.n, `${acknowledged} of ${atMigration.n}`)
    for (const error of refused) assert.ok(isStoreError(error, 'unavailable'), `${error}`)
    const { message } = await store.ended
    assert.match(message, /this version cannot follow: start the newer one/)
    assert.equal(store.trouble(), message)
    await assert.rejects(store.records.get(dataset, '0-0'), /this version cannot follow/)
  })

  it('wait for a long reader without making others wait, and say so', async () => {
    await using store = await openPostgresStore(near)
    const dataset = await datasetIn(store)
    await client.query('BEGIN; SELECT count(*) FROM records')
    const told: MigrationProgress[] = []
    const migrated = migrateBy(later('ALTER TABLE records ADD COLUMN later int', OWN), progress => told.push(progress))
    await eventually('the migration to say that it waits', async () => {
      await store.records.put(dataset, [{ id: 'ann', fields: '[1]' }])
      return told.some(({ waitsFor }) => waitsFor)
    })
    await client.query('COMMIT')
    await migrated
    assert.deepEqual(told[0], { migration: '9999-later.sql', step: 1, steps: 1 })
    assert.equal((await store.records.get(dataset, 'ann'))!.fields, '[1]')
  })

  for (const at of ['the server', 'a shard'] as const)
    it(`build an index beside the writes of others, and build it anew where ${at} was cut off`, {
      skip: at === 'a shard' && !ON_CITUS && 'one node has no shards',
    }, async () => {
      const text = `-- Of fields.
        DROP INDEX CONCURRENTLY IF EXISTS by_fields;
        CREATE INDEX CONCURRENTLY by_fields ON records (fields);`
      // The migration ends the connections of servers, and so not this one.
      const writer = await connectTo(near)
      const values = Array.from({ length: 20 }, (_, n) => `(1, 0, 'ann${n}', 1, '[1]')`)
      await writer.query(`BEGIN; INSERT INTO records VALUES ${values}`)
      const migrated = migrateBy(later(text, OWN))
      const building = await connectTo(at === 'a shard' ? near : url)
      // A node is at it once it waits, be it for another node.
      const end = `SELECT pg_terminate_backend(pid::integer) FROM pg_stat_activity
        WHERE query ~ '^CREATE +INDEX' AND wait_event_type IS NOT NULL`
      await eventually('the building of the index', async () => (await building.query(end)).rowCount! > 0)
      await writer.query('COMMIT')
      await writer.end()
      await building.end()
      await migrated
      const valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_fields'::regclass"
      assert.deepEqual((await client.query(valid)).rows, [{ indisvalid: true }])
      if (!ON_CITUS) return
      const ofShards = `SELECT result FROM run_command_on_shards('records', $$
        SELECT json_agg(indisvalid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relname ~ 'by_fields' AND indrelid = '%s'::regclass$$)`
      for (const { result } of (await client.query(ofShards)).rows) assert.equal(result, '[true]')
    })
})

async function connectTo(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  return client
}
