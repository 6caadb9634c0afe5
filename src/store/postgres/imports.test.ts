import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { EXPLAINING, statementsRun, stepsOf } from '#test/plans.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import type { Store } from '../store.ts'
import { click, createDataset, importInteractions, importRecords, recordsFrom, USERS } from '../suite/fixture.ts'
import { openPostgresStore } from './store.ts'

describe('moving and deleting imported rows on PostgreSQL', () => {
  let postgres: Postgres
  let store: Store
  before(async () => {
    // Autovacuum would gather statistics, which a table that was just filled does not have.
    postgres = await startPostgres({ fsync: 'off', autovacuum: 'off', ...EXPLAINING })
    store = await openPostgresStore(postgres.url)
  })
  after(async () => {
    await store?.close()
    await postgres?.[Symbol.asyncDispose]()
  })

  it('joins no rows with others: without statistics it would go through all of them for each', async () => {
    const arns = [USERS, USERS.replace('USERS', 'INTERACTIONS')] as const
    const [users, events] = [await createDataset(store, arns[0]), await createDataset(store, arns[1])]
    const clicks = Array.from({ length: 500 }, (_, user) =>
      click({ userId: `${user}`, sessionId: `s${user}`, eventId: `e${user}` }),
    )
    for (const mode of ['publish', 'merge', 'publish'] as const) {
      await importRecords(store, users, recordsFrom(0, 500, mode), mode)
      await importInteractions(store, events, clicks, mode)
    }
    await store.interactions.put(events, clicks)
    await store.purge()
    for (const arn of arns) await store.resources.remove(arn)
    await store.purge()
    const ran = await statementsRun(postgres)
    for (const table of ['records', 'interactions', 'event_ids', 'sessions']) {
      const deletions = ran.filter(({ statement }) => statement.includes(`DELETE FROM ${table} WHERE dataset = $1`))
      assert.ok(deletions.length > 0, table)
      const steps = deletions.flatMap(({ plan }) => stepsOf(plan)).map(step => step['Node Type'])
      assert.ok(!steps.some(step => /Join|Nested Loop/.test(step)), `${table}: ${[...new Set(steps)]}`)
    }
  })
})
