import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { click, createDataset } from '../suite/fixture.ts'
import { openPostgresStore } from './store.ts'

describe('deleting interactions by their age on PostgreSQL', () => {
  let postgres: Postgres
  let client: Client
  let [first, second]: Store[] = []
  let dataset: number
  before(async () => {
    postgres = await startPostgres({ fsync: 'off' })
    const url = await postgres.createDatabase('expiry')
    ;[first, second] = [await openPostgresStore(url), await openPostgresStore(url)]
    dataset = await createDataset(first)
    client = new Client(url)
    await client.connect()
  })
  after(async () => {
    await client?.end()
    await Promise.all([first?.close(), second?.close()])
    await postgres[Symbol.asyncDispose]()
  })

  const put = (...users: readonly string[]) => {
    const events = users.map(userId => click({ userId, sessionId: `s ${userId}`, eventId: `e ${userId}` }))
    return first!.interactions.put(dataset, events)
  }
  const expire = (store: Store | undefined) => store!.interactions.expire([{ dataset, before: 10 }])
  const sum = (steps: readonly (readonly { readonly deleted: number }[])[]) =>
    steps.flat().reduce((deleted, step) => deleted + step.deleted, 0)
  const rows = async () => {
    const counts = ['interactions', 'event_ids', 'sessions'].map(table => `(SELECT count(*)::int FROM ${table})`)
    return Object.values((await client.query(`SELECT ${counts.map((count, i) => `${count} AS c${i}`)}`)).rows[0])
  }

  it('leaves no event id and no session behind', async () => {
    await put('ann', 'ben')
    assert.deepEqual(await rows(), [2, 2, 2])
    await Array.fromAsync(expire(first))
    assert.deepEqual(await rows(), [0, 0, 0])
  })

  it('is done by one server at a time, and by the next when that one has ended', async () => {
    await put('ann', 'ben')
    const steps = expire(first)
    await steps.next()
    await put('cid')
    assert.deepEqual(await Array.fromAsync(expire(second)), [])
    await steps.return(undefined)
    assert.equal(sum(await Array.fromAsync(expire(second))), 1)
    assert.deepEqual(await rows(), [0, 0, 0])
  })

  it('waits for no other transaction: it leaves a row that one has to the next time', async () => {
    await put('ann', 'ben')
    await client.query('BEGIN')
    await client.query("SELECT FROM interactions WHERE user_id = 'ann' FOR UPDATE")
    assert.equal(sum(await Array.fromAsync(expire(first))), 1)
    await client.query('COMMIT')
    assert.deepEqual(await rows(), [1, 1, 1])
    assert.equal(sum(await Array.fromAsync(expire(first))), 1)
    assert.deepEqual(await rows(), [0, 0, 0])
  })
})
