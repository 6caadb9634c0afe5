import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { joinNodes, query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { distributeStore } from '../../src/store/open.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { click, createDataset, importInteractions, record, recordsFrom } from '../../src/store/suite/fixture.ts'

const GRANTS = 'GRANT EXECUTE ON FUNCTION recover_prepared_transactions(), check_distributed_deadlocks() TO shop'

describe('a server on Citus whose role is no superuser', { skip: !CITUS && MISSING }, () => {
  let citus: Citus
  let urls: readonly string[]
  let worker: string
  let store: Store
  before(async () => {
    citus = await startCitus({ fsync: 'off' })
    urls = await Promise.all([citus.coordinator, ...citus.workers].map(node => node.createDatabase('shop')))
    await joinNodes(urls)
    await query(urls[0]!, 'CREATE ROLE shop LOGIN', 'GRANT CREATE ON SCHEMA public TO shop')
    worker = Object.assign(new URL(urls[1]!), { username: 'shop' }).href
    store = await openPostgresStore(worker)
  })
  after(async () => {
    await store?.close()
    await citus?.[Symbol.asyncDispose]()
  })

  it('puts, imports, reads and deletes', async () => {
    const events = await createDataset(store, 'events')
    await store.interactions.put(events, [click({ eventId: 'once' }), click({ userId: 'ben' })])
    await importInteractions(store, events, [click({ userId: 'cy' })])
    assert.equal(await store.interactions.deleteUsers(events, ['ben']), 1)
    const found = await Array.fromAsync(store.interactions.scan(events, 'ALL'), ({ userId }) => userId)
    assert.deepEqual(found, ['ann', 'cy'])
  })

  for (const { what, grants } of [
    { what: 'which has the rights of the guide', grants: [GRANTS] },
    { what: 'which has none', grants: [GRANTS.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM ')] },
  ])
    it(`sends a write again whose connections were lost, with a role ${what}`, async () => {
      for (const url of urls) await query(url, ...grants)
      const users = await createDataset(store, `users-${grants}`)
      const ids = recordsFrom(0, 20).map(({ id }) => id)
      await store.records.put(users, [record(ids[0]!)])
      const holder = new Client(urls[0])
      await holder.connect()
      try {
        await holder.query('BEGIN')
        await holder.query('UPDATE records SET seq = seq WHERE dataset = $1', [users])
        const put = store.records.put(
          users,
          ids.map(id => record(id, 'put')),
        )
        const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'personalite' AND state = 'active' AND query LIKE '%INSERT INTO records%'`
        await eventually('the write to wait', async () => (await query(worker, cut)).length > 0)
        await holder.query('ROLLBACK')
        await put
      } finally {
        await holder.end()
      }
      assert.equal(await store.records.count(users, 'ALL'), ids.length)
    })

  it('has the number of shards changed', async () => {
    await store.close()
    await distributeStore(worker, () => {}, 6)
    const [found] = await query(
      urls[0]!,
      "SELECT count(*)::int AS shards FROM pg_dist_shard WHERE logicalrelid = to_regclass('records')",
    )
    assert.deepEqual(found, { shards: 6 })
  })
})
