import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client, type PoolClient } from 'pg'
import { eventually } from '#test/eventually.ts'
import { startWay } from '#test/faulty-proxy.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { type Database, openDatabase } from './database.ts'
import { explained } from './retries.ts'

describe('a transaction', () => {
  let postgres: Postgres
  let url: string
  let db: Database
  let watcher: Client
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
    url = await postgres.createDatabase('transactions')
    db = openDatabase(url, { connections: 2 })
    watcher = new Client(url)
    await watcher.connect()
    await watcher.query('CREATE TABLE attempts (attempt int)')
  })
  after(async () => {
    await watcher.end()
    await db[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
  })
  beforeEach(() => watcher.query('TRUNCATE attempts'))

  const attempts = async () =>
    (await watcher.query('SELECT attempt FROM attempts ORDER BY attempt')).rows.map(({ attempt }) => attempt)
  const isThere = async (pid: number) =>
    (await watcher.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount === 1

  const pidOf = (client: PoolClient) => (client as unknown as { processID: number }).processID

  /** Cuts the connection, as a network does, while a statement is under way. */
  const cut = async (client: PoolClient, statement = 'SELECT pg_sleep(60)') => {
    const answer = client.query(statement)
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await answer
  }

  /** Each attempt adds a row. The first loses its connection, whose other end is stopped. */
  const run = () => {
    const pids: number[] = []
    const lost = Promise.withResolvers<number>()
    const committed = db.transaction(async client => {
      pids.push((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid)
      await client.query('INSERT INTO attempts VALUES ($1)', [pids.length])
      if (pids.length > 1) return
      process.kill(pids[0]!, 'SIGSTOP')
      lost.resolve(pids[0]!)
      await cut(client)
    })
    return { pids, committed, lost: lost.promise }
  }

  describe('that loses its connection', () => {
    it('is not tried again before PostgreSQL has ended the backend of the first attempt', async () => {
      const { pids, committed, lost } = run()
      const first = await lost
      await setTimeout(500)
      assert.equal(pids.length, 1)
      process.kill(first, 'SIGCONT')
      await committed
      assert.equal(await isThere(first), false)
      assert.equal(pids.length, 2)
      assert.deepEqual(await attempts(), [2])
    })

    it('is given up where PostgreSQL cannot end it', async () => {
      const { pids, committed, lost } = run()
      const first = await lost
      try {
        await assert.rejects(committed, { code: 'unavailable', message: /cannot end an earlier attempt/ })
        assert.equal(pids.length, 1)
        assert.equal(await isThere(first), true)
      } finally {
        process.kill(first, 'SIGCONT')
      }
      await eventually('the connection to end', async () => !(await isThere(first)))
      assert.deepEqual(await attempts(), [])
    })

    it('is not carried out any more once it is given up', async () => {
      const pids: number[] = []
      const locker = new Client(url)
      await locker.connect()
      await locker.query('BEGIN')
      await locker.query('LOCK TABLE attempts')
      try {
        const committed = db.transaction(client => {
          pids.push(pidOf(client))
          return cut(client, 'INSERT INTO attempts VALUES (1); COMMIT')
        })
        await assert.rejects(committed, { code: 'unavailable' })
        // The last of them is ended after that: it may have the statement still before it.
        for (const pid of pids) await eventually('the connection to end', async () => !(await isThere(pid)))
      } finally {
        await locker.query('COMMIT')
        await locker.end()
      }
      assert.ok(pids.length > 1)
      assert.deepEqual(await attempts(), [])
    })
  })

  it('waits in turn for a connection that others use, and is told after 10 s that they are too many', async () => {
    const url = await postgres.createDatabase('waiting')
    await using narrow = openDatabase(url, { connections: 1 })
    const answered: string[] = []
    const ask = async (name: string) => {
      await narrow.query({ name, text: 'SELECT' })
      answered.push(name)
    }
    const seconds = (count: number) => narrow.transaction(client => client.query('SELECT pg_sleep($1)', [count]))
    const long = seconds(6)
    const first = ask('first')
    await setTimeout(4000)
    await Promise.all([long, first, ask('second')])
    assert.deepEqual(answered, ['first', 'second'])
    const longer = seconds(12)
    await assert.rejects(ask('third'), { code: 'unavailable', message: 'the database has more to do than it can' })
    await longer
    await ask('fourth')
  })

  it('fails where one of its statements failed, though nobody took note', async () => {
    const committed = db.transaction(async client => {
      await client.query('INSERT INTO attempts VALUES (1)')
      await client.query('SELECT 1 / 0').catch(() => {})
    })
    await assert.rejects(committed, /was rolled back/)
    assert.deepEqual(await attempts(), [])
  })
})

it('says that a database only reads, which is no fault of the network', () => {
  const error = explained(Object.assign(new Error('cannot execute CREATE TABLE'), { code: '25006' }))
  assert.match(`${error}`, /the database only reads: it is a standby, or/)
})

describe('a scan', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
  })
  after(() => postgres[Symbol.asyncDispose]())

  it('fails where PostgreSQL is at it no more, though nothing says so, and goes on however slow it is', async () => {
    const url = await postgres.createDatabase('scans')
    await using way = await startWay(url)
    await using db = openDatabase(way.url, { connections: 2 })
    const read = async (name: string, text: string) => {
      let rows = 0
      for await (const _ of db.scan({ name, text }, [])) rows++
      return rows
    }
    const lost = read('lost', 'SELECT n FROM generate_series(1, 1e9) AS n')
    const fails = assert.rejects(lost, { code: 'unavailable' })
    const watcher = new Client(url)
    await watcher.connect()
    const scanning = "FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1e9)%' AND pid <> pg_backend_pid()"
    await eventually('the scan', async () => (await watcher.query(`SELECT ${scanning}`)).rowCount)
    way.silence()
    await watcher.query(`SELECT pg_terminate_backend(pid) ${scanning}`)
    const slow = read('slow', 'SELECT n, pg_sleep(17) FROM generate_series(1, 2) AS n WHERE n = 1')
    await fails
    assert.equal(await slow, 1)
    await watcher.end()
  })
})
