import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Client, type ClientConfig, Pool, type PoolClient, types } from 'pg'
import Cursor from 'pg-cursor'
import type { Claim } from '../store.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** Any number; all servers that migrate take this lock. */
const MIGRATING = 7377_0001

/** How long a statement is tried again where the database is not there: a restart takes some seconds. */
const PATIENCE_MS = 10_000
const FIRST_PAUSE_MS = 50

/** A statement that takes longer has lost its connection. */
const STATEMENT_MS = 30_000

const SCAN_ROWS = 1000

export type Row = Readonly<Record<string, unknown>>
export type Values = readonly unknown[]

export interface Database extends AsyncDisposable {
  /**
   * Runs a statement, each in a transaction of its own, and again where the connection was lost or another transaction
   * was in its way: it must do no harm to run it twice. Statements are prepared once a connection.
   */
  query<Found extends object = Row>(statement: Statement, values?: Values): Promise<readonly Found[]>
  /** Runs statements in one transaction, all of it again as `query` does. */
  transaction<Result>(body: (client: PoolClient) => Promise<Result>): Promise<Result>
  /** The rows of one moment, however long it takes to read them. */
  scan<Found extends object = Row>(statement: Statement, values: Values): AsyncGenerator<Found>
  /** A connection outside the pool, which the caller ends. */
  connect(): Promise<Client>
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

const sql = statements('database', { claimed: 'SELECT FROM claims WHERE job = $1 AND worker = $2' })

interface Options {
  /** How many at most. */
  readonly connections: number
  /** Whether a commit waits for the disk. */
  readonly durable?: boolean
  /** What is written here is written by this worker for this job, as long as it has it. */
  readonly claim?: Claim | undefined
}

/** The name of the connections of a job's worker, which whoever takes the job ends; PostgreSQL keeps 63 characters. */
export const connectionsFor = (job: number, worker = '') => `personalite job ${job} ${worker}`

export function openDatabase(url: string, options: Options): Database {
  const { claim } = options
  const config: ClientConfig = {
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    application_name: claim ? connectionsFor(claim.job, claim.worker) : 'personalite',
    types: { getTypeParser },
    ...(options.durable === false && { options: '-c synchronous_commit=off' }),
  }
  const pool = new Pool({ ...config, max: options.connections })
  pool.on('error', () => {}) // an idle connection was lost; the next statement makes another

  const withClient = <Result>(use: (client: PoolClient) => Promise<Result>) =>
    persistently(async () => {
      const client = await pool.connect()
      // Nobody else listens while a statement of ours is under way, and a lost connection must not end the process.
      const ignore = () => {}
      client.on('error', ignore)
      try {
        const result = await use(client)
        client.release()
        return result
      } catch (error) {
        client.release(!isRefusal(error))
        throw error
      } finally {
        client.off('error', ignore)
      }
    })
  const transaction: Database['transaction'] = body =>
    withClient(async client => {
      await client.query('BEGIN')
      try {
        if (claim) await assertClaimed(client, claim)
        const result = await body(client)
        await client.query('COMMIT')
        return result
      } catch (error) {
        if (isRefusal(error)) await client.query('ROLLBACK')
        throw error
      }
    })
  return {
    async query<Found extends object>({ name, text }: Statement, values: Values = []) {
      const run = { name, text, values: values as unknown[], query_timeout: STATEMENT_MS }
      // No job calls a function that writes.
      const isFree = !claim || /^\s*SELECT\b/.test(text)
      const { rows } = await (isFree ? withClient : transaction)(client => client.query<Found>(run))
      return rows
    },
    transaction,
    async *scan<Found extends object>({ text }: Statement, values: Values) {
      const client = await persistently(() => pool.connect())
      const cursor = client.query(new Cursor<Found>(text, values as unknown[]))
      let isWhole = false
      try {
        for (let rows = await cursor.read(SCAN_ROWS); rows.length > 0; rows = await cursor.read(SCAN_ROWS)) yield* rows
        isWhole = true
      } finally {
        if (!isWhole) await cursor.close().catch(() => {})
        client.release()
      }
    },
    async connect() {
      const client = new Client(config)
      client.on('error', () => {})
      await client.connect()
      return client
    },
    [Symbol.asyncDispose]: () => pool.end(),
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

/** PostgreSQL's bigint as a number: none of ours goes beyond 2^53. */
const BIGINT = 20
const BIGINTS = 1016

function getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>) {
  if (type === BIGINT) return Number
  if ((type as number) === BIGINTS)
    return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))
  return types.getTypeParser(type, format)
}

/** Tries again while the database is not there, or where another transaction was in the way. */
async function persistently<Result>(run: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await run()
    } catch (error) {
      if (isConflict(error)) continue
      if (!isLoss(error) || performance.now() + pause > deadline) throw error
      await setTimeout(pause)
    }
  }
}

/** What PostgreSQL answers with, as long as the connection holds: a class and a code of five characters. */
function isRefusal(error: unknown): boolean {
  return !isLoss(error) && /^[\dA-Z]{5}$/.test(codeOf(error))
}

/** Deadlock, or a transaction that could not be put in order with another. */
function isConflict(error: unknown): boolean {
  return ['40P01', '40001'].includes(codeOf(error))
}

/** The connection was lost, or could not be made: the database is restarting, has failed over, or the net is cut. */
export function isLoss(error: unknown): boolean {
  return (
    /^(08...|57P0[123]|53300|E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ENOTFOUND|EAI_AGAIN)$/.test(
      codeOf(error),
    ) || /Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(`${error}`)
  )
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | undefined)?.code ?? '')

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
