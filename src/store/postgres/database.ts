import { readdirSync, readFileSync } from 'node:fs'
import type { Client, Pool, PoolClient, QueryResult } from 'pg'
import Cursor from 'pg-cursor'
import type { Claim } from '../store.ts'
import {
  clientsOf,
  connectAlone,
  explained,
  ignore,
  isRefusal,
  lockAlone,
  type Options,
  openPool,
  persistently,
  statementMs,
  within,
} from './connections.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** Any number; all servers that migrate take this lock. */
const MIGRATING = 7377_0001

const SCAN_ROWS = 1000

export type Row = Readonly<Record<string, unknown>>
export type Values = readonly unknown[]

export interface Database extends AsyncDisposable {
  /**
   * Runs a statement, each in a transaction of its own, and again where the connection was lost or another transaction
   * was in its way: it must do no harm to run it twice. Statements are prepared once a connection.
   */
  query<Found extends object = Row>(statement: Statement, values?: Values): Promise<readonly Found[]>
  /** Runs statements in one transaction, all of it again where it was not committed. */
  transaction<Result>(body: (client: PoolClient) => Promise<Result>): Promise<Result>
  /** The rows of one moment, however long it takes to read them. */
  scan<Found extends object = Row>(statement: Statement, values: Values): AsyncGenerator<Found>
  /** A connection outside the pool, which the caller gives to `end`. */
  connect(): Promise<Client>
  /** The same, holding this lock, which is let go of with the connection, however that ends. */
  lock(number: number): Promise<Client>
}

/** A statement and the name under which a connection keeps it prepared. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Gives each statement its name: `statements('records', { get: 'SELECT …' }).get.name` is `records.get`. */
export function statements<Name extends string>(
  of: string,
  texts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Statement>> {
  const named = Object.entries<string>(texts).map(([name, text]) => [name, { name: `${of}.${name}`, text }])
  return Object.fromEntries(named)
}

const sql = statements('database', {
  claimed: 'SELECT FROM claims WHERE job = $1 AND worker = $2',
  status: `
    SELECT pg_xact_status($1::xid8) AS status
    WHERE $1::xid8 < pg_snapshot_xmax(pg_current_snapshot())`,
})

export function openDatabase(url: string, options: Options): Database {
  const { claim } = options
  const pool = openPool(url, options)
  const withClient = clientsOf(pool)
  const transaction = transactionsOf(withClient, claim)
  return {
    async query<Found extends object>({ name, text }: Statement, values: Values = []) {
      const run = { ...within(text, statementMs(options)), name, values: values as unknown[] }
      // No job calls a function that writes.
      const isFree = !claim || /^\s*SELECT\b/.test(text)
      const { rows } = await (isFree ? withClient : transaction)(client => client.query<Found>(run))
      return rows
    },
    transaction,
    scan: (statement, values) => scan(pool, statement, values),
    connect: () => connectAlone(url, options),
    lock: number => lockAlone(url, options, number),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

/**
 * Gives what runs statements in one transaction. One whose COMMIT got no answer is asked about, before it is run again:
 * else who creates a resource would be told that it exists.
 */
function transactionsOf(withClient: ReturnType<typeof clientsOf>, claim: Claim | undefined): Database['transaction'] {
  return <Result>(body: (client: PoolClient) => Promise<Result>) => {
    let unanswered: { readonly id: string; readonly result: Result } | undefined
    return withClient(async client => {
      if (unanswered && (await isCommitted(client, unanswered.id))) return unanswered.result
      const id = await begin(client)
      try {
        if (claim) await assertClaimed(client, claim)
        const result = await body(client)
        unanswered = { id, result }
        await client.query(within('COMMIT'))
        return result
      } catch (error) {
        if (isRefusal(error)) await client.query(within('ROLLBACK'))
        throw error
      }
    })
  }
}

/** Gives the number of the transaction. */
async function begin(client: PoolClient): Promise<string> {
  const answers: unknown = await client.query(within('BEGIN; SELECT pg_current_xact_id()::text AS id'))
  return (answers as readonly QueryResult<{ id: string }>[])[1]!.rows[0]!.id
}

/** Nobody is at it any more, see `clientsOf`. A server that took over from another may not have heard of it. */
async function isCommitted(client: PoolClient, id: string): Promise<boolean> {
  const known = await client.query<{ status: string | null }>({
    ...sql.status,
    ...within(sql.status.text),
    values: [id],
  })
  return known.rows[0]?.status === 'committed'
}

async function* scan<Found extends object>(pool: Pool, { text }: Statement, values: Values): AsyncGenerator<Found> {
  const client = await persistently(() => pool.connect())
  client.on('error', ignore)
  const cursor = client.query(new Cursor<Found>(text, values as unknown[]))
  let ended: 'whole' | 'lost' | undefined
  try {
    for (let rows = await cursor.read(SCAN_ROWS); rows.length > 0; rows = await cursor.read(SCAN_ROWS)) yield* rows
    ended = 'whole'
  } catch (error) {
    ended = 'lost'
    throw explained(error)
  } finally {
    if (!ended) await cursor.close().catch(ignore)
    client.off('error', ignore)
    client.release(ended === 'lost')
  }
}

/**
 * Refuses a transaction of a worker whose job another has taken. One that began before that and is under way still is
 * ended by whoever took it (claims.ts), so that nothing gets in between.
 */
async function assertClaimed(client: PoolClient, { job, worker }: Claim): Promise<void> {
  const claimed = { ...sql.claimed, values: [job, worker] }
  if ((await client.query(claimed)).rowCount === 0) throw new Error(`another worker has job ${job}`)
}

/** PostgreSQL's codes for a broken constraint. */
export const UNIQUE = '23505'
export const FOREIGN_KEY = '23503'
export const RESTRICT = '23001'

/**
 * Runs the numbered files of `migrations/` that this database has not seen, all in one transaction. Of many servers that
 * start at once one does it, and the others wait.
 * @throws Error where a newer version of this program has been at work
 */
export async function migrate(db: Database): Promise<void> {
  const known = readdirSync(MIGRATIONS)
    .filter(name => name.endsWith('.sql'))
    .sort()
  await db.transaction(async client => {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATING})`)
    await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)')
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')
    const seen = rows.map(({ name }) => name)
    const newer = seen.find(name => !known.includes(name))
    if (newer) throw new Error(`the data were written by a newer version of personalite (${newer}): use that one`)
    for (const name of known.filter(name => !seen.includes(name))) {
      await client.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
      await client.query('INSERT INTO migrations VALUES ($1)', [name])
    }
  })
}
