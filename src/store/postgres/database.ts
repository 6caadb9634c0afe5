import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Client, type ClientConfig, Pool, type PoolClient, type QueryResult, types } from 'pg'
import Cursor from 'pg-cursor'
import { type Claim, StoreError } from '../store.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** Any number; all servers that migrate take this lock. */
const MIGRATING = 7377_0001

/** How long a statement is tried again where the database is not there: a restart takes some seconds. */
const PATIENCE_MS = 10_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 500

/**
 * PostgreSQL closes a connection of which it has heard nothing for so long. What was sent on it, and is held up
 * somewhere in a net that was cut, is then never carried out: it would come after what was written since.
 */
const SILENCE_MS = 8_000

/** A statement that takes longer has lost its connection; the silence is over by then. */
const STATEMENT_MS = 15_000

/** A connection in the pool that nobody uses is closed before PostgreSQL does it. */
const IDLE_MS = 5_000
const CONNECT_MS = 5_000

/** How long one waits for another that has the lock. */
const LOCK_MS = 20_000

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
  end: `
    SELECT pg_terminate_backend(pid, ${CONNECT_MS}) FROM pg_stat_activity
    WHERE pid = ANY ($1) AND datname = current_database() AND starts_with(application_name, 'personalite')`,
})

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
  const pool = new Pool({
    ...configOf(url, options, [`idle_session_timeout=${SILENCE_MS}`]),
    max: options.connections,
    idleTimeoutMillis: IDLE_MS,
  })
  pool.on('error', ignore) // an idle connection was lost; the next statement makes another

  const withClient = clientsOf(pool)
  const transaction = transactionsOf(withClient, claim)
  const connect = async () => {
    const client = new Client(configOf(url, options, [`lock_timeout=${LOCK_MS}`]))
    client.on('error', ignore)
    await client.connect()
    return client
  }
  return {
    async query<Found extends object>({ name, text }: Statement, values: Values = []) {
      const run = { ...within(text), name, values: values as unknown[] }
      // No job calls a function that writes.
      const isFree = !claim || /^\s*SELECT\b/.test(text)
      const { rows } = await (isFree ? withClient : transaction)(client => client.query<Found>(run))
      return rows
    },
    transaction,
    scan: (statement, values) => scan(pool, statement, values),
    connect,
    lock: number =>
      persistently(async () => {
        const client = await connect()
        try {
          await client.query(within(`SELECT pg_advisory_lock(${number})`, LOCK_MS + CONNECT_MS))
          return client
        } catch (error) {
          await end(client)
          throw error
        }
      }),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

/** A statement with the time that it may take. */
export const within = (text: string, ms = STATEMENT_MS) => ({ text, query_timeout: ms })

/** Ends a connection, also one whose other end is not there any more. */
export async function end(client: Client): Promise<void> {
  await Promise.race([client.end().catch(ignore), setTimeout(1000, undefined, { ref: false })])
}

const ignore = () => {}

/** @param more settings of PostgreSQL for the connection */
function configOf(url: string, { claim, durable = true }: Options, more: readonly string[]): ClientConfig {
  const settings = [
    `idle_in_transaction_session_timeout=${SILENCE_MS}`,
    // A server that is gone, and could not say so, leaves its locks after 20 s.
    'tcp_keepalives_idle=10',
    'tcp_keepalives_interval=5',
    'tcp_keepalives_count=2',
    ...(durable ? [] : ['synchronous_commit=off']),
    ...more,
  ]
  return {
    connectionString: url,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: claim ? connectionsFor(claim.job, claim.worker) : 'personalite',
    types: { getTypeParser },
    options: settings.map(setting => `-c ${setting}`).join(' '),
  }
}

/**
 * Gives what uses a connection of the pool, and another where that is lost. What was sent on the lost one may be under
 * way still, so it is ended first: else it could come after what comes next, and write over it.
 */
function clientsOf(pool: Pool) {
  return <Result>(use: (client: PoolClient) => Promise<Result>): Promise<Result> => {
    const lost: (number | null)[] = []
    return persistently(async () => {
      const client = await pool.connect()
      // Nobody else listens while a statement of ours is under way, and a lost connection must not end the process.
      client.on('error', ignore)
      try {
        if (lost.length > 0) await client.query({ ...sql.end, ...within(sql.end.text), values: [lost] })
        const result = await use(client)
        client.release()
        return result
      } catch (error) {
        const isLost = !isRefusal(error)
        if (isLost) lost.push((client as unknown as { processID: number | null }).processID)
        client.release(isLost)
        throw error
      } finally {
        client.off('error', ignore)
      }
    })
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

/** PostgreSQL's bigint as a number: none of ours goes beyond 2^53. */
const BIGINT = 20
const BIGINTS = 1016

function getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>) {
  if (type === BIGINT) return Number
  if ((type as number) === BIGINTS)
    return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))
  return types.getTypeParser(type, format)
}

/**
 * Tries again while the database is not there, or where another transaction was in the way.
 * @throws StoreError `unavailable` where that lasts
 */
async function persistently<Result>(run: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS
  for (let attempt = 1, pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await run()
    } catch (error) {
      if (isConflict(error)) continue
      // One that had to wait for its answer has its second attempt too.
      if (!isLoss(error) || (attempt++ > 1 && performance.now() + pause > deadline)) throw explained(error)
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
function isLoss(error: unknown): boolean {
  return (
    /^(08...|57P0[1235]|25P03|25006|53300|E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ENOTFOUND|EAI_AGAIN)$/.test(
      codeOf(error),
    ) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout/.test(`${error}`)
  )
}

/** What hinders the database from answering or writing, by PostgreSQL's codes. */
const HINDRANCES: Readonly<Record<string, string>> = {
  '53100': 'the disk of the database is full',
  '53200': 'the database is out of memory',
  '55P03': 'another server is at work for too long',
  '58030': 'the disk of the database fails',
}

/** An error that may be another one the next time, as `unavailable`. */
function explained(error: unknown): unknown {
  const hindrance = HINDRANCES[codeOf(error)]
  if (hindrance) return new StoreError('unavailable', hindrance)
  if (!isLoss(error)) return error
  return new StoreError('unavailable', `the database cannot be reached (${codeOf(error) || (error as Error).message})`)
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
