import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Client, type PoolClient } from 'pg'
import { NODES, startNodes } from '#test/nodes.ts'
import type { Postgres } from '#test/postgres.ts'
import { openDatabase } from '../../src/store/postgres/database.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Change } from '../../src/store/store.ts'
import { createDataset, record } from '../../src/store/suite/fixture.ts'

/** The number of transactions in a server's snapshot that PostgreSQL loses in a crash. It uses their numbers again. */
const LOST = 300

describe(`a server that follows ${NODES[0]} through a crash`, () => {
  it('gets the change of a transaction with the number of a lost one', async () => {
    await using started = await startNodes({ autovacuum: 'off' })
    const [postgres] = started.nodes as [Postgres]
    const urls = await started.createDatabase('numbers')
    const url = urls[0]!
    await using one = await openPostgresStore(url)
    await using other = await openPostgresStore(urls.at(-1)!)
    const dataset = await createDataset(one)
    await other.catchUp()
    await stopWalWriter(url)
    const before = await burnNumbers(url)
    await other.catchUp()
    await postgres.kill()
    await postgres.start()

    const told: Change[] = []
    other.watch(
      change => told.push(change),
      () => true,
    )
    await one.records.put(dataset, [record('ann')])
    await other.catchUp()
    assert.ok((await newestNumber(url)) < before, 'the number was not given before: the test shows nothing')
    const rows = [record('ann')]
    assert.deepEqual(
      told.filter(({ kind }) => kind === 'records'),
      [{ kind: 'records', dataset, rows }],
    )
  })
})

describe(`a transaction that is lost as ${NODES[0]} is killed`, () => {
  it('is run again, although another one was committed with its number', async () => {
    await using started = await startNodes()
    const [postgres] = started.nodes as [Postgres]
    const [url] = (await started.createDatabase('lost')) as [string]
    await (await openPostgresStore(url)).close()
    await withClient(url, async client => void (await client.query('CREATE TABLE texts (text text)')))
    await using database = openDatabase(url, { connections: 2 })
    const loseFirst = async (text: string, run: number, client: PoolClient) => {
      await client.query('INSERT INTO texts VALUES ($1)', [text])
      if (run > 1) return
      await postgres.kill()
      await postgres.start()
      await withClient(url, async client => {
        for (let n = 0; n < 5; n++) await client.query("INSERT INTO texts VALUES ('theirs')")
      })
    }
    let [runs, onceRuns] = [0, 0]
    await database.transaction(client => loseFirst('ours', ++runs, client))
    await database.once(async (client, mark) => {
      await client.query("INSERT INTO changes (kind, dataset, ids) VALUES ('resource', 0, ARRAY['arn', $1])", [mark])
      await loseFirst('ours, once', ++onceRuns, client)
    })
    const text = "SELECT text FROM texts WHERE text <> 'theirs' ORDER BY text"
    assert.deepEqual(await database.query({ name: 'ours', text }), [{ text: 'ours' }, { text: 'ours, once' }])
  })
})

/** From now on only a commit writes the log to the disk. */
async function stopWalWriter(url: string): Promise<void> {
  await withClient(url, async client => {
    const { rows } = await client.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
    process.kill(rows[0].pid, 'SIGSTOP')
  })
}

/** Returns the number of the last one. */
async function burnNumbers(url: string): Promise<number> {
  return withClient(url, async client => {
    let number = 0
    for (let n = 0; n < LOST; n++) {
      await client.query('BEGIN')
      number = Number((await client.query('SELECT pg_current_xact_id()::text AS id')).rows[0].id)
      await client.query('ROLLBACK')
    }
    return number
  })
}

/** Returns the number of the transaction of the newest change. */
async function newestNumber(url: string): Promise<number> {
  return withClient(url, async client => {
    const { rows } = await client.query('SELECT transaction::text AS id FROM changes ORDER BY id DESC LIMIT 1')
    return Number(rows[0].id)
  })
}

async function withClient<Result>(url: string, run: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(url)
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}
