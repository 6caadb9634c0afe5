import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { resource } from '../suite/fixture.ts'
import { openPostgresStore } from './store.ts'

describe('servers that write exclusively', () => {
  let postgres: Postgres
  let url: string
  let one: Store
  let other: Store
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
    url = await postgres.createDatabase('exclusively')
    one = await openPostgresStore(url)
    other = await openPostgresStore(url)
  })
  after(async () => {
    await Promise.all([one.close(), other.close()])
    await postgres[Symbol.asyncDispose]()
  })

  const withClient = async (run: (client: Client) => Promise<void>) => {
    const client = new Client(url)
    await client.connect()
    try {
      await run(client)
    } finally {
      await client.end()
    }
  }
  const numbered = (name: string) => resource(name, { kind: 'schema', document: {} })
  /** Ends the connection, as a restart of PostgreSQL does. */
  const endLock = () =>
    withClient(async client => {
      const ended = await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted",
      )
      assert.equal(ended.rowCount, 1)
    })

  it('write no resource where the lock was lost and another has begun, and any before and afterwards', async () => {
    let later: Promise<unknown> = Promise.resolve()
    const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
    await one.exclusively(async () => {
      await endLock()
      await one.resources.create(numbered('lock lost'))
      await other.exclusively(() => other.resources.create(numbered('other began')))
      await assert.rejects(one.resources.create(numbered('too late')), {
        code: 'unavailable',
        message: /ended the connection that kept other servers from writing/,
      })
      await assert.rejects(one.resources.update('lock lost', { status: 'ACTIVE' }), { code: 'unavailable' })
      await assert.rejects(one.resources.remove('lock lost'), { code: 'unavailable' })
      assert.ok(await one.resources.get('lock lost'))
      later = isOver.then(() => one.resources.create(numbered('long after')))
    })
    end()
    await later
    assert.equal(await one.resources.get('too late'), undefined)
    await one.exclusively(() => one.resources.remove('lock lost'))
  })

  it('wait for what an earlier holder of the lock is writing', async () => {
    await one.exclusively(() => one.resources.create(numbered('before')))
    await withClient(async client => {
      await client.query('BEGIN')
      await client.query('SELECT FROM claims WHERE job = 0 FOR SHARE')
      let hasBegun = false
      const begun = other.exclusively(async () => {
        hasBegun = true
      })
      await setTimeout(200)
      assert.equal(hasBegun, false)
      await client.query('COMMIT')
      await begun
    })
  })

  it('run one at a time, with what was written before', async () => {
    let running = 0
    const read: string[] = []
    const count = async (store: Store) => {
      running++
      assert.equal(running, 1)
      const { document } = (await store.resources.get('counter'))!
      read.push(`${document.n}`)
      await setTimeout(2)
      await store.resources.update('counter', { document: { n: (document.n as number) + 1 } })
      running--
    }
    await one.resources.create(resource('counter', { kind: 'schema', document: { n: 0 } }))
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other)).map(store => store.exclusively(() => count(store))),
    )
    assert.deepEqual(
      read,
      Array.from({ length: 20 }, (_, n) => `${n}`),
    )
  })
})
