import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { eventually } from '#test/eventually.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { createDataset } from '../suite/fixture.ts'
import { type Database, openDatabase } from './database.ts'
import { openPostgresStore } from './store.ts'
import { recordReads } from './tables/records.ts'

const TABLES = ['records', 'interactions', 'event_ids', 'sessions', 'shown']

const idOf = (user: number) => `user-${user}`

const eventOf = (user: number) => ({
  userId: idOf(user),
  anonymous: false,
  sessionId: `session-${user}`,
  itemId: 'socks',
  timestampMs: 1e12,
  eventType: 'click',
  eventId: `event-${user}`,
  eventValue: null,
  details: '',
})

describe('a plan', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres({ fsync: 'off', autovacuum: 'off' })
  })
  after(() => postgres[Symbol.asyncDispose]())

  it('reads no table from end to end, however small it was when the plan was made', async () => {
    const url = await postgres.createDatabase('small')
    await using store = await openPostgresStore(url)
    const watcher = new Client(url)
    await watcher.connect()
    const dataset = await createDataset(store, 'small')
    await store.records.put(dataset, [{ id: idOf(1), fields: '[]' }])
    await store.interactions.put(dataset, [eventOf(1)])
    await watcher.query('ANALYZE')
    for (let user = 1; user <= 12; user++) await useAll(store, dataset, user)
    await store[Symbol.asyncDispose]()
    await eventually('the connections to end, which then have counted all', async () => {
      const { rowCount } = await watcher.query("SELECT FROM pg_stat_activity WHERE datname = 'small'")
      return rowCount === 1
    })
    assert.deepEqual(await readFromEndToEnd(watcher), [])
    await watcher.end()
  })

  it('is made once, however few ids are asked for', async () => {
    await using db = await openTables(postgres, 'once')
    const { getMany } = recordReads(db)
    for (let user = 0; user < 12; user++) await getMany(1, [idOf(user)])
    const text = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'records.getMany'"
    assert.deepEqual(await db.query({ name: 'plans', text }), [{ generic_plans: 12, custom_plans: 0 }])
  })

  it('of a scan may read a table from end to end, and those after it may not', async () => {
    await using db = await openTables(postgres, 'scanned')
    const text = "SELECT current_setting('enable_seqscan') AS seq, current_setting('plan_cache_mode') AS mode"
    const twice = { name: 'twice', text: `${text} FROM generate_series(1, 2)` }
    const free = { seq: 'on', mode: 'auto' }
    assert.deepEqual(await Array.fromAsync(db.scan(twice, [])), [free, free])
    for await (const row of db.scan(twice, [])) {
      assert.deepEqual(row, free)
      break
    }
    assert.deepEqual(await db.query({ name: 'settings', text }), [{ seq: 'off', mode: 'force_generic_plan' }])
  })
})

async function openTables(postgres: Postgres, name: string): Promise<Database> {
  const url = await postgres.createDatabase(name)
  await using _ = await openPostgresStore(url)
  return openDatabase(url, { connections: 1, byKeys: true })
}

/** All that Put calls, recommendations and filters ask of the tables that grow. */
async function useAll({ records, interactions, shown }: Store, dataset: number, user: number): Promise<void> {
  await records.put(dataset, [{ id: idOf(user), fields: '[1]' }])
  await interactions.put(dataset, [eventOf(user)])
  await records.get(dataset, idOf(user))
  await records.getMany(dataset, [idOf(user), idOf(user + 1)])
  await interactions.history(dataset, idOf(user), 10)
  await interactions.ofUser(dataset, idOf(user), 10)
  await interactions.ofUserByType(dataset, idOf(user), 10, () => true)
  await shown.find(`list-${user}`, 'a')
}

/** Those of the tables of which rows were read so. */
async function readFromEndToEnd(watcher: Client): Promise<readonly string[]> {
  const { rows } = await watcher.query<{ relname: string }>(
    'SELECT relname FROM pg_stat_user_tables WHERE relname = ANY ($1) AND seq_tup_read > 0',
    [TABLES],
  )
  return rows.map(({ relname }) => relname)
}
