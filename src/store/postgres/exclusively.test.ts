import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { openTwoStores, type TwoStores } from '#test/two-stores.ts'
import type { Store } from '../store.ts'
import { click, createDataset, record, resource } from '../suite/fixture.ts'

describe('servers that write exclusively', () => {
  let servers: TwoStores
  let one: Store
  let other: Store
  let withClient: TwoStores['withClient']
  let dataset: number
  before(async () => {
    servers = await openTwoStores('exclusively')
    ;({ one, other, withClient } = servers)
    dataset = await createDataset(one)
  })
  after(() => servers[Symbol.asyncDispose]())

  const numbered = (name: string) => resource(name, { kind: 'schema', document: {} })
  /** Ends the connection, as a restart of PostgreSQL does. */
  const endLock = () =>
    withClient(async client => {
      const ended = await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 73770002 AND granted",
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

  const putAnn = async () => {
    await one.records.put(dataset, [record('ann')])
    await one.interactions.put(dataset, [click({ userId: 'ann' })])
  }
  const rowsOfAnn = async () => [
    await one.records.get(dataset, 'ann'),
    ...(await one.interactions.ofUser(dataset, 'ann', 10)),
  ]
  const deletions = [
    ['a user', (store: Store) => store.records.delete(dataset, ['ann'])],
    ["a user's events", (store: Store) => store.interactions.deleteUsers(dataset, ['ann'])],
  ] as const

  for (const [name, deleteIt] of deletions) {
    it(`do not delete ${name} where the lock was lost and another has begun`, async () => {
      await putAnn()
      const before = await rowsOfAnn()
      await one.exclusively(async () => {
        await endLock()
        await other.exclusively(async () => {})
        await assert.rejects(deleteIt(one), { code: 'unavailable', message: /ended the connection that kept other/ })
      })
      assert.deepEqual(await rowsOfAnn(), before)
      await withClient(async client => assert.equal((await client.query('SELECT FROM under_way')).rowCount, 0))
      assert.equal(await one.exclusively(() => deleteIt(one)), 1)
    })

    it(`wait for an earlier holder of the lock that deletes ${name}`, async () => {
      await putAnn()
      await withClient(async client => {
        await client.query('BEGIN')
        await client.query("SELECT FROM records WHERE dataset = $1 AND id = 'ann' FOR UPDATE", [dataset])
        await client.query("SELECT FROM interactions WHERE dataset = $1 AND user_id = 'ann' FOR UPDATE", [dataset])
        let hasBegun = false
        const deleted = one.exclusively(async () => {
          await endLock()
          return deleteIt(one)
        })
        await eventually('the deletion to wait', isWaiting)
        const begun = other.exclusively(async () => {
          hasBegun = true
        })
        await setTimeout(1000)
        assert.equal(hasBegun, false)
        await client.query('COMMIT')
        assert.equal(await deleted, 1)
        await begun
      })
    })
  }

  /** Whether a statement waits for a row, at any node. */
  const isWaiting = async () => {
    const found = await Promise.all(
      servers.urls.map(url => query(url, "SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")),
    )
    return found.some(rows => rows.length > 0)
  }

  it('tell of what they deleted, though another has begun since', {
    skip: !ON_CITUS && 'it is told in the same transaction',
  }, async () => {
    await putAnn()
    await withClient(async client => {
      await client.query('BEGIN')
      await client.query('LOCK TABLE changes IN SHARE MODE')
      const deleted = one.exclusively(async () => {
        await endLock()
        return one.records.delete(dataset, ['ann'])
      })
      await eventually('the user to be deleted', async () => !(await one.records.get(dataset, 'ann')))
      await other.exclusively(async () => {})
      await client.query('COMMIT')
      assert.equal(await deleted, 1)
    })
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
      await setTimeout(1000)
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
