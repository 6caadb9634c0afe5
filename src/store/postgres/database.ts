import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Client, Pool, PoolClient } from 'pg'
import Cursor from 'pg-cursor'
import type { Claim } from '../claim-store.ts'
import { StoreError } from '../store.ts'
import { arrayText } from './array-text.ts'
import { confirmed } from './citus/confirmed.ts'
import {
  type ConnectionOptions,
  clientsOf,
  connectAlone,
  end,
  ignore,
  JOB_STATEMENT_MS,
  lockAlone,
  openPool,
  statementMs,
  timed,
  type WithClient,
} from './connections.ts'
import { explained, isRefusal, persistently } from './retries.ts'
import { isThere, watch } from './watch.ts'

const SCAN_ROWS = 1000

/** Begins a transaction in which a reader may take its time over the rows, and read a table from end to end. */
const BEGIN_SCAN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = on`

export type SqlRow = Readonly<Record<string, unknown>>
export type Values = readonly unknown[]

export interface Database extends AsyncDisposable {
  /**
   * Runs a statement, each in a transaction of its own. It runs again if the connection was lost or another transaction
   * was in its way, so running it twice must do no harm. Statements are prepared once a connection.
   */
  query<Found extends object = SqlRow>(statement: Statement, values?: Values): Promise<readonly Found[]>
  /** Runs statements in one transaction, all of it again where the connection was lost: that, too, must do no harm. */
  transaction<Result>(body: (client: PoolClient) => Promise<Result>): Promise<Result>
  /**
   * The same for statements that may run only once, such as the creation of a unique row. `body` puts the mark into
   * `changes`; the mark tells afterwards whether a COMMIT without an answer took place.
   */
  once<Result>(body: (client: PoolClient, mark: string) => Promise<Result>): Promise<Result>
  /**
   * The rows of one moment, however long it takes to read them. Fails where the connection is lost.
   * @param moment one of `atOneMoment`; a moment of its own where it is left out
   */
  scan<Found extends object = SqlRow>(statement: Statement, values: Values, moment?: string): AsyncGenerator<Found>
  /** Runs it with the name of this moment, for scans that begin meanwhile, on any connection to the database. */
  atOneMoment<Result>(run: (moment: string) => Promise<Result>): Promise<Result>
  /**
   * Runs it holding this lock, when no write of an earlier holder is under way any more. A lock is lost, unnoticed,
   * with its connection: once another holder has begun, writes are refused here.
   */
  exclusively<Result>(lock: number, run: () => Promise<Result>): Promise<Result>
  /** Runs it as outside of `exclusively`: news of a write, which have to come though the lock was lost since. */
  unheld<Result>(run: () => Result): Result
  /** A connection outside the pool, which the caller passes to `end`. */
  connect(): Promise<Client>
  /** The same, holding this lock, which is let go of with the connection, however that ends. */
  lock(number: number): Promise<Client>
}

/** A statement and the name under which a connection keeps it prepared. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Names each statement: `statements('records', { get: 'SELECT …' }).get.name` is `records.get`. */
export function statements<Name extends string>(
  of: string,
  texts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Statement>> {
  const named = Object.entries<string>(texts).map(([name, text]) => [name, { name: `${of}.${name}`, text }])
  return Object.fromEntries(named)
}

/** Runs a statement of a job within a transaction, in the time that those may take. */
export function runIn<Row extends object = SqlRow>(client: PoolClient, { name, text }: Statement, values: Values = []) {
  return client.query<Row>({ ...timed(text, JOB_STATEMENT_MS), name, values: [...values] })
}

/** Stands for a job in the table of claims: no job has this number. It never lapses. */
const EXCLUSIVE_WRITES = 0

const sql = statements('database', {
  identity: 'SELECT id FROM identity',
  claimed: 'SELECT FROM claims WHERE job = $1 AND worker = $2',
  hold: `
    INSERT INTO claims (job, worker, kept_at) VALUES (${EXCLUSIVE_WRITES}, $1, 'infinity')
    ON CONFLICT (job) DO UPDATE SET worker = excluded.worker`,
  // The next holder waits for those that have read it so.
  held: `SELECT FROM claims WHERE job = ${EXCLUSIVE_WRITES} AND worker = $1 FOR SHARE`,
  marked: "SELECT FROM changes WHERE kind = 'resource' AND ids[2] = $1",
})

/** Connections to PostgreSQL. With a `claim`, a transaction fails where its job is another worker's by now. */
export function openDatabase(url: string, options: ConnectionOptions): Database {
  const { claim } = options
  const pool = openPool(url, options)
  const withClient = options.spread ? confirmed(clientsOf(pool)) : clientsOf(pool)
  const claimed = transactionsOf(withClient, claim)
  const holders = new AsyncLocalStorage<Holder>()
  const transaction: Database['transaction'] = body => {
    const holder = holders.getStore()
    return claimed(async client => {
      await assertHeld(client, holder)
      return body(client)
    })
  }
  return {
    async query<Found extends object>({ name, text }: Statement, values: Values = []) {
      const run = { ...timed(text, statementMs(options)), name, values: values.map(arrayText) }
      // Neither a job nor one that runs exclusively calls a function that writes.
      const isFree = !(claim || isHeld(holders.getStore())) || /^\s*SELECT\b/.test(text)
      const { rows } = await (isFree ? withClient : transaction)(client => client.query<Found>(run))
      return rows
    },
    transaction,
    once: body => once(claimed, holders.getStore(), body),
    scan<Found extends object>({ text }: Statement, values: Values, moment?: string) {
      const isAtIt = (pid: number) => withClient(client => isThere(client, pid))
      const open = () => openScan<Found>(pool, isAtIt, { text, values, moment })
      // A node of Citus may be away, though the one that is asked is not. That has all rows before it returns one.
      return scan(options.spread ? () => persistently(open) : open)
    },
    async atOneMoment(run) {
      const client = await connectAlone(url, options)
      try {
        await client.query(timed(BEGIN_SCAN))
        const { rows } = await client.query<{ moment: string }>(timed('SELECT pg_export_snapshot() AS moment'))
        return await run(rows[0]!.moment)
      } finally {
        await end(client)
      }
    },
    async exclusively(lock, run) {
      const holder: Holder = { id: randomUUID(), isOver: false }
      const hold = { ...sql.hold, ...timed(sql.hold.text), values: [holder.id] }
      const client = await lockAlone(url, options, lock, client => client.query(hold))
      try {
        return await holders.run(holder, run)
      } finally {
        holder.isOver = true
        await end(client) // the lock goes with the connection
      }
    },
    unheld: run => holders.exit(run),
    connect: () => connectAlone(url, options),
    lock: number => lockAlone(url, options, number),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

/** One that runs exclusively. Writes that it began and that go on when it is over are like any others. */
interface Holder {
  readonly id: string
  isOver: boolean
}

const isHeld = (holder: Holder | undefined): holder is Holder => holder?.isOver === false

function transactionsOf(withClient: WithClient, claim: Claim | undefined): Database['transaction'] {
  return <Result>(body: (client: PoolClient) => Promise<Result>) =>
    withClient(async client => {
      await client.query(timed('BEGIN'))
      try {
        if (claim) await assertClaimed(client, claim)
        const result = await body(client)
        // PostgreSQL answers so, and with no error, where a statement of the transaction has failed.
        const { command } = await client.query(timed('COMMIT'))
        if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: one of its statements failed')
        return result
      } catch (error) {
        if (isRefusal(error)) await client.query(timed('ROLLBACK'))
        throw error
      }
    })
}

/**
 * It uses a mark of its own, not the number of the transaction (`pg_xact_status`). After a crash PostgreSQL uses
 * numbers again that no log had, and would call such a number committed because of another transaction.
 */
async function once<Result>(
  transaction: Database['transaction'],
  holder: Holder | undefined,
  body: (client: PoolClient, mark: string) => Promise<Result>,
): Promise<Result> {
  const mark = randomUUID()
  let unanswered: { readonly result: Result } | undefined
  return transaction(async client => {
    // Nobody is at the lost connection any more, see `clientsOf`.
    if (unanswered && (await isMarked(client, mark))) return unanswered.result
    await assertHeld(client, holder)
    const result = await body(client, mark)
    unanswered = { result }
    return result
  })
}

/** Refuses a transaction of one that runs exclusively, once another has begun, which waits for the end of this one. */
async function assertHeld(client: PoolClient, holder: Holder | undefined): Promise<void> {
  if (!isHeld(holder)) return
  const held = { ...sql.held, ...timed(sql.held.text), values: [holder.id] }
  if ((await client.query(held)).rowCount === 0)
    throw new StoreError('unavailable', 'the database ended the connection that kept other servers from writing')
}

async function isMarked(client: PoolClient, mark: string): Promise<boolean> {
  const marked = { ...sql.marked, ...timed(sql.marked.text), values: [mark] }
  return (await client.query(marked)).rowCount === 1
}

/** A scan of which the first rows are read. */
interface Scan<Found> {
  readonly first: readonly Found[]
  readonly cursor: Cursor<Found>
  /** Of one whose connection is not lost, the transaction ends, and the next caller has the connection. */
  end(isLost: boolean): Promise<void>
}

interface Scanned {
  readonly text: string
  readonly values: Values
  readonly moment: string | undefined
}

async function openScan<Found extends object>(
  pool: Pool,
  isAtIt: (pid: number) => Promise<boolean>,
  { text, values, moment }: Scanned,
): Promise<Scan<Found>> {
  const client = await persistently(() => pool.connect())
  client.on('error', ignore)
  const cursor = new Cursor<Found>(text, values as unknown[])
  const watching = watch(client, isAtIt)
  const end: Scan<Found>['end'] = async isLost => {
    const isOver = !isLost && (await endScan(client, cursor))
    watching[Symbol.dispose]()
    client.off('error', ignore)
    client.release(!isOver)
  }
  try {
    await client.query(timed(moment ? `${BEGIN_SCAN}; SET TRANSACTION SNAPSHOT '${moment}'` : BEGIN_SCAN))
    client.query(cursor)
    return { first: await cursor.read(SCAN_ROWS), cursor, end }
  } catch (error) {
    await end(true)
    throw error
  }
}

/** Returns whether it did; the caller may not have wanted all rows. */
async function endScan(client: PoolClient, cursor: Cursor): Promise<boolean> {
  try {
    await cursor.close()
    await client.query(timed('COMMIT'))
    return true
  } catch {
    return false
  }
}

async function* scan<Found extends object>(open: () => Promise<Scan<Found>>): AsyncGenerator<Found> {
  let opened: Scan<Found> | undefined
  let isLost = false
  try {
    opened = await open()
    for (let rows = opened.first; rows.length > 0; rows = await opened.cursor.read(SCAN_ROWS)) yield* rows
  } catch (error) {
    isLost = true
    throw explained(error)
  } finally {
    await opened?.end(isLost)
  }
}

/**
 * Refuses a transaction of a worker whose job another has taken. The worker that took it ends earlier ones that are
 * under way still (claims.ts), so that nothing gets in between.
 */
async function assertClaimed(client: PoolClient, { job, worker }: Claim): Promise<void> {
  const claimed = { ...sql.claimed, ...timed(sql.claimed.text), values: [job, worker] }
  if ((await client.query(claimed)).rowCount === 0) throw new Error(`another worker has job ${job}`)
}

/** The id that the store was given when it was made: `Store.identity`. */
export async function identityOf(db: Database): Promise<string> {
  const [row] = await db.query<{ id: string }>(sql.identity)
  return row!.id
}

/** PostgreSQL's codes for a broken constraint. */
export const UNIQUE = '23505'
export const FOREIGN_KEY = '23503'
export const RESTRICT = '23001'
