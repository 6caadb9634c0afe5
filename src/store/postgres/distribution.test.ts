import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { type Event, PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { Client } from 'pg'
import { createMarket, deploy } from '#test/market.ts'
import { EXPLAINING, type Plan, statementsRun, stepsOf } from '#test/plans.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'

/** The tables that grow, and the column by whose hash each can be spread over machines. */
const KEYS: Readonly<Record<string, string>> = {
  records: 'id',
  interactions: 'user_id',
  sessions: 'session_id',
  event_ids: 'event_id',
  shown: 'recommendation_id',
}

/** The most events that PutEvents takes. */
const EVENTS_MAX = 10

/** Has it choose plans as for large tables, as far as it can without statistics. */
const LARGE = { enable_seqscan: 'off' }

describe('distribution by hash', () => {
  let postgres: Postgres
  let server: TestServer
  before(async () => {
    postgres = await startPostgres({ fsync: 'off', ...EXPLAINING, ...LARGE })
    server = await startTestServer({ store: postgres.url })
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
    await postgres?.[Symbol.asyncDispose]()
  })

  it('has the key in every unique index of a table, since one machine cannot see the rows of another', async () => {
    const indexes = await query<{ table: string; columns: string[] }>(
      `
      SELECT indrelid::regclass::text AS table, ARRAY(
        SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey)) AS columns
      FROM pg_index WHERE indisunique AND indrelid::regclass::text = ANY ($1)`,
      [Object.keys(KEYS)],
    )
    assert.equal(indexes.length, Object.keys(KEYS).length)
    for (const { table, columns } of indexes) assert.ok(columns.includes(KEYS[table]!), `${table}: ${columns}`)
  })

  it('has the key in whatever a Put call, recommendations and filters ask of a table', async () => {
    const call = await openShop()
    await call() // loads the model, which reads what was put since its training
    const before = (await statementsRun(postgres)).length
    await call()
    await call()
    const touched = new Set<string>()
    for (const { statement, plan } of (await statementsRun(postgres)).slice(before))
      for (const node of stepsOf(plan)) {
        const table = node['Relation Name'] ?? ''
        const key = KEYS[table]
        if (!key) continue
        const what = `${table}: ${statement} ${JSON.stringify(node)}`
        assert.ok(isInserted(node) || conditionsOf(node).some(condition => isPinned(condition, key)), what)
        assert.doesNotMatch(`${node['Index Cond']}`, WHOLE_DATASET, what)
        touched.add(table)
      }
    touched.delete('shown') // a moment after it is answered
    assert.deepEqual([...touched].sort(), ['event_ids', 'interactions', 'records', 'sessions'])
  })

  /** Returns a function that makes all the calls once. */
  async function openShop(): Promise<() => Promise<void>> {
    const { personalize, events, runtime } = server
    const { datasetGroupArn, users, items } = await createMarket(server)
    const campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization-v2')
    const trackingId = await createTracker({ personalize }, datasetGroupArn)
    const filterExpression =
      'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch") IF CurrentUser.MEMBERSHIP_TYPE = "Guest"'
    const filter = { name: 'unseen', datasetGroupArn, filterExpression }
    const { filterArn } = await personalize.send(new CreateFilterCommand(filter))
    const put = (userId: string | undefined, eventList: Event[]) =>
      events.send(new PutEventsCommand({ trackingId, sessionId: 'phone', userId, eventList }))
    const event = { eventType: 'watch', itemId: 'drama-0', sentAt: new Date() }
    // Of this many events the filter asks for those of its types.
    for (let minute = 0; minute < 300; minute += EVENTS_MAX) {
      const at = (index: number) => new Date(Date.now() - 60_000 * (minute + index))
      await put(
        'Member-0',
        Array.from({ length: EVENTS_MAX }, (_, index) => ({ ...event, sentAt: at(index) })),
      )
    }
    return async () => {
      const member = { userId: 'Member-0', properties: JSON.stringify({ age: 30, membershipType: 'Member' }) }
      await events.send(new PutUsersCommand({ datasetArn: users, users: [member] }))
      const drama = { itemId: 'drama-0', properties: JSON.stringify({ genres: 'drama', price: 1 }) }
      await events.send(new PutItemsCommand({ datasetArn: items, items: [drama] }))
      for (const userId of [undefined, 'Member-0', 'Member-1']) await put(userId, [{ ...event, eventId: 'once' }])
      await runtime.send(new GetRecommendationsCommand({ campaignArn, filterArn, userId: 'Member-0' }))
    }
  }

  async function query<Row extends object>(text: string, values: unknown[] = []): Promise<readonly Row[]> {
    const client = new Client(postgres.url)
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }
})

/** A row that is inserted has its key. */
const isInserted = (node: Plan) => node['Node Type'] === 'ModifyTable'

const conditionsOf = (node: Plan) => ['Index Cond', 'Recheck Cond', 'Filter'].map(name => `${node[name] ?? ''}`)

/** `(id = $2)`, `(id = ANY ($2))` */
const isPinned = (condition: string, key: string) => new RegExp(`\\(${key} = `).test(condition)

/** An index that is read from end to end, as far as the dataset goes. */
const WHOLE_DATASET = /^\(dataset = [^()]+\)$/
