import { Client } from 'pg'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { ImportedInteraction, StoredInteraction } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { userId } from './datasets.ts'
import { progress } from './progress.ts'
import { fieldsOf } from './requests.ts'

interface RowBytes {
  readonly what: string
  readonly rows: number
  readonly rowsPerSecond: number
  /** The bytes of a row in the table (with its visibility map), in its indexes, and in the write-ahead log. */
  readonly table: number
  readonly indexes: number
  readonly wal: number
}

/** The runs of an import, each in the order of keys, and the rows of a transaction, as in `jobs/import/staging.ts`. */
const RUNS = 4
const AT_ONCE = 2000
const ITEMS = 10_000
/** The share of the interactions that is also put, which takes longer. */
const PUT_SHARE = 0.04

/** Measures the bytes of a row in a fresh PostgreSQL database, imported in bulk and put. */
export async function measureRowBytes(url: string, users: number, interactions: number): Promise<readonly RowBytes[]> {
  await using store = await openPostgresStore(url)
  const bar = progress('rows in bytes', users + interactions)
  const imported = async (what: string, table: string, rows: number, write: (from: number) => Promise<void>) => {
    const measured = await measure(url, what, [table], rows, async () => {
      for (let run = 0; run < RUNS; run++)
        for (let from = run; from < rows; from += AT_ONCE * RUNS) {
          await write(from)
          bar.add(AT_ONCE)
        }
    })
    return measured
  }
  const eventsEach = Math.max(1, Math.round(interactions / users))
  const every = (from: number, rows: number) =>
    Array.from({ length: Math.min(AT_ONCE, Math.ceil((rows - from) / RUNS)) }, (_, index) => from + RUNS * index)
  const sources = { users: await store.imports.begin(1), events: await store.imports.begin(2) }
  const results = [
    await imported('user, imported', 'records', users, async from => {
      const rows = every(from, users).map(user => ({ id: numbered(user), fields: fieldsOf(user) }))
      await store.imports.stageRecords(1, sources.users, rows)
    }),
    await imported('interaction, imported', 'interactions', interactions, async from => {
      const rows = every(from, interactions).map(event => eventOf(Math.floor(event / eventsEach), event))
      await store.imports.stageInteractions(2, sources.events, rows)
    }),
  ]
  const dataset = await createDataset(store)
  const puts = Math.ceil(interactions * PUT_SHARE)
  const event = (index: number): StoredInteraction => ({
    ...eventOf(index % users, index),
    anonymous: false,
    sessionId: `session-${index % users}`,
    eventId: crypto.randomUUID(),
  })
  results.push(
    await measure(url, 'interaction, put', ['interactions', 'event_ids', 'sessions'], puts, async () => {
      for (let from = 0; from < puts; from += 1000) {
        const calls = Array.from({ length: 100 }, (_, call) => from + 10 * call).filter(first => first < puts)
        const put = (first: number) =>
          store.interactions.put(
            dataset,
            Array.from({ length: 10 }, (_, index) => event(first + index)),
          )
        await Promise.all(calls.map(put))
      }
    }),
  )
  bar.done()
  return results
}

/** Ids in the order of the numbers, since all have the same number of digits. */
const numbered = (user: number) => userId(100_000_000 + user)

function eventOf(user: number, event: number): ImportedInteraction {
  const timestampMs = 1.7e12 + event * 60_000
  return {
    userId: numbered(user),
    itemId: `item-${(event * 7919) % ITEMS}`,
    timestampMs,
    eventType: 'view',
    eventValue: null,
    details: '',
  }
}

async function createDataset({ resources }: Store): Promise<number> {
  const active = { status: 'ACTIVE', document: {} }
  await resources.create({ ...active, kind: 'dataset-group', arn: 'group' })
  return (await resources.create({ ...active, kind: 'dataset', arn: 'dataset', parent: 'group' })).id
}

async function measure(
  url: string,
  what: string,
  tables: readonly string[],
  rows: number,
  write: () => Promise<void>,
): Promise<RowBytes> {
  const before = await sizes(url, tables)
  const startedAt = performance.now()
  await write()
  const rowsPerSecond = (1000 * rows) / (performance.now() - startedAt)
  const after = await sizes(url, tables)
  const each = (of: keyof typeof before) => (after[of] - before[of]) / rows
  return { what, rows, rowsPerSecond, table: each('table'), indexes: each('indexes'), wal: each('wal') }
}

/** Returns the bytes of these tables, of their indexes, and of the whole write-ahead log. */
export async function sizes(url: string, tables: readonly string[]) {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<Record<'table' | 'indexes' | 'wal', string>>(
    `SELECT sum(pg_table_size(name::regclass)) AS table, sum(pg_indexes_size(name::regclass)) AS indexes,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS wal FROM unnest($1::text[]) AS name`,
    [tables],
  )
  await client.end()
  const [{ table, indexes, wal } = { table: 0, indexes: 0, wal: 0 }] = rows
  return { table: Number(table), indexes: Number(indexes), wal: Number(wal) }
}
