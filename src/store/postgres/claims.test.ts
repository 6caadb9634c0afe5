import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { eventually } from '#test/eventually.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { connectionsFor } from './connections.ts'
import { openPostgresStore, openSharedPostgresStore } from './store.ts'

const LAPSE_MS = 60_000

describe('claims of many workers', () => {
  let postgres: Postgres
  let url: string
  let store: Store
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
    url = await postgres.createDatabase('claims')
    store = await openPostgresStore(url)
  })
  after(async () => {
    await store.close()
    await postgres[Symbol.asyncDispose]()
  })

  let job = 0
  beforeEach(async () => {
    job = (await store.resources.create({ arn: `job ${job}`, kind: 'job', status: 'PENDING', document: {} })).id
  })

  it('are granted to one of those that take at once', async () => {
    const workers = Array.from({ length: 20 }, (_, i) => `worker ${i}`)
    const granted = await Promise.all(workers.map(worker => store.claims.take(job, worker, LAPSE_MS)))
    assert.equal(granted.filter(Boolean).length, 1)
  })

  it('lapse where they are not kept, and only then', async () => {
    await store.claims.take(job, 'a', LAPSE_MS)
    assert.equal(await store.claims.take(job, 'b', LAPSE_MS), false)
    assert.deepEqual(await store.claims.keep([job], 'a'), [job])
    await setTimeout(20)
    assert.equal(await store.claims.take(job, 'b', 10), true)
    assert.deepEqual(await store.claims.keep([job], 'a'), [])
    await store.claims.release(job, 'a')
    assert.deepEqual(await store.claims.keep([job], 'b'), [job])
  })

  it('are for another at once when they are released', async () => {
    await store.claims.take(job, 'a', LAPSE_MS)
    await store.claims.release(job, 'a')
    assert.equal(await store.claims.take(job, 'b', LAPSE_MS), true)
  })

  it('are swept up where they lapsed and the job is over, or not there any more', async () => {
    const create = (name: string, status: string) =>
      store.resources.create({ arn: `${name} ${job}`, kind: 'job', status, document: {} })
    const [done, deleted] = [await create('done', 'ACTIVE'), await create('deleted', 'ACTIVE')]
    const jobs = [job, done.id, deleted.id]
    for (const one of jobs) await store.claims.take(one, 'a', LAPSE_MS)
    await store.resources.remove(deleted.arn)
    await store.claims.sweep(LAPSE_MS)
    assert.deepEqual((await store.claims.keep(jobs, 'a')).toSorted(), jobs.toSorted())
    await setTimeout(20)
    await store.claims.sweep(10)
    assert.deepEqual(await store.claims.keep(jobs, 'a'), [job])
  })

  describe('that are lost', () => {
    const shared = (worker: string) => openSharedPostgresStore(store.share({ job, worker }).handle)
    const arnOf = async () => (await store.resources.unfinished()).find(({ id }) => id === job)!.arn

    it('let nothing be written any more, and anything be read', async () => {
      const arn = await arnOf()
      const [a, b] = [shared('a'), shared('b')]
      await store.claims.take(job, 'a', LAPSE_MS)
      await a.resources.update(arn, { document: { by: 'a' } })
      await store.claims.release(job, 'a')
      await store.claims.take(job, 'b', LAPSE_MS)
      await assert.rejects(a.resources.update(arn, { document: { by: 'a again' } }), /another worker has job/)
      await assert.rejects(a.imports.publish(job, 1), /another worker has job/)
      assert.deepEqual((await a.resources.get(arn))!.document, { by: 'a' })
      await b.resources.update(arn, { document: { by: 'b' } })
      assert.deepEqual((await store.resources.get(arn))!.document, { by: 'b' })
      await Promise.all([a.close(), b.close()])
    })

    /** A connection of worker a. Returns the id of its process in PostgreSQL. */
    const connect = async (): Promise<number> => {
      const client = new Client({ connectionString: url, application_name: connectionsFor(job, 'a') })
      client.on('error', () => {})
      await client.connect()
      return (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
    }

    it('end what was being written', async () => {
      const arn = await arnOf()
      await store.claims.take(job, 'a', LAPSE_MS)
      const frozen = new Client({ connectionString: url, application_name: connectionsFor(job, 'a') })
      frozen.on('error', () => {})
      await frozen.connect()
      await frozen.query('BEGIN')
      await frozen.query('UPDATE resources SET status = $1 WHERE arn = $2', ['ACTIVE', arn])
      await setTimeout(20)
      assert.equal(await store.claims.take(job, 'b', 10), true)
      await assert.rejects(frozen.query('COMMIT'))
      assert.equal((await store.resources.get(arn))!.status, 'PENDING')
    })

    it('are not taken over from a worker with many connections that PostgreSQL cannot end', async () => {
      await store.claims.take(job, 'a', LAPSE_MS)
      const pids = await Promise.all(Array.from({ length: 5 }, connect))
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      await setTimeout(20)
      try {
        assert.equal(await store.claims.take(job, 'b', 10), false)
      } finally {
        for (const pid of pids) process.kill(pid, 'SIGCONT')
      }
    })

    describe('by a worker with two connections, of which PostgreSQL cannot end the one at once', () => {
      /** The connections that PostgreSQL lists, in the order in which it ends them. */
      const listed = async (where: string, ...values: unknown[]): Promise<readonly number[]> =>
        (await watcher.query(`SELECT pid FROM pg_stat_activity WHERE ${where}`, values)).rows.map(({ pid }) => pid)
      const gone = (pid: number) =>
        eventually('the connection to end', async () => (await listed('pid = $1', pid)).length === 0)
      let watcher: Client
      let stuck: number
      let other: number
      before(async () => {
        watcher = new Client(url)
        await watcher.connect()
      })
      after(() => watcher.end())
      beforeEach(async () => {
        await store.claims.take(job, 'a', LAPSE_MS)
        const both = [await connect(), await connect()]
        const [first] = await listed('application_name = $1', connectionsFor(job, 'a'))
        stuck = both.find(pid => pid === first)!
        other = both.find(pid => pid !== first)!
        process.kill(stuck, 'SIGSTOP')
        await setTimeout(20)
      })

      it('are taken over when that one has ended, too', async () => {
        const taken = store.claims.take(job, 'b', 10)
        await gone(other)
        process.kill(stuck, 'SIGCONT')
        assert.equal(await taken, true)
        assert.deepEqual(await store.claims.keep([job], 'b'), [job])
      })

      it('are not taken over as long as the one is there', async () => {
        try {
          assert.equal(await store.claims.take(job, 'b', 10), false)
          assert.deepEqual(await store.claims.keep([job], 'b'), [])
        } finally {
          process.kill(stuck, 'SIGCONT')
        }
        await gone(stuck)
        assert.equal(await store.claims.take(job, 'b', 10), true)
      })
    })
  })
})
