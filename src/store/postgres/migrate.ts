import { setTimeout } from 'node:timers/promises'
import type { Client } from 'pg'
import { type Migration, type MigrationListener, readMigrations, tooNew } from '../migrations.ts'
import { StoreError } from '../store.ts'
import { oldestServer } from './admission.ts'
import { endBackends } from './backends.ts'
import { end, NAME, timed } from './connections.ts'
import type { Database } from './database.ts'
import { persistently } from './retries.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** The migrations that this version knows. */
export const MIGRATIONS_KNOWN = readMigrations(MIGRATIONS)

/** Any number; all servers that migrate take this lock. */
const MIGRATING = 7377_0001

/**
 * How long a migration waits for a table. Statements behind it wait as long, also to read. A training or an export
 * may read a table for many minutes.
 */
const LOCK_MS = 2_000
/** Between two attempts. The others go on meanwhile. */
const PAUSE_MS = 1_000
/** After so long somebody has to look. */
const PATIENCE_MS = 5 * 60_000

const LOOK_EVERY_MS = 100
/** PostgreSQL's code for a lock that was not to be had in time. */
const LOCKED = '55P03'

/**
 * Brings the tables up to date: runs the numbered files that this database has not seen, each in a transaction of its
 * own. Of many servers that start at once one does it, and the others wait. Servers of the versions that a file names
 * go on meanwhile; those of older ones are refused from then on (`admission.ts`).
 * @param told is told how far it is, unless there are no tables yet
 * @throws Error where a newer version has made this one too old; StoreError `unavailable`
 */
export async function migrate(
  db: Database,
  told: MigrationListener = () => {},
  known: readonly Migration[] = MIGRATIONS_KNOWN,
): Promise<void> {
  await persistently(async () => {
    const client = await db.connect()
    try {
      // An older server that starts anew need not wait for a newer one that migrates.
      if ((await pendingIn(client, known)).length === 0) return
      await takeTurn(client)
      const pending = await pendingIn(client, known)
      if (pending.length === known.length) await checkDatabase(client)
      await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)')
      for (const [at, migration] of pending.entries()) {
        const progress = { migration: migration.name, step: at + 1, steps: pending.length }
        if (pending.length < known.length) told(progress)
        await raiseOldest(client, migration.oldest)
        await run(client, migration, waitsFor => told({ ...progress, waitsFor }))
      }
    } finally {
      await end(client)
    }
  })
}

/** The first version with all that statements here ask for. */
const OLDEST_POSTGRESQL = 14

/** @throws Error where the database cannot keep what clients put */
async function checkDatabase(client: Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string; version: string }>(
    "SELECT current_setting('server_encoding') AS encoding, current_setting('server_version') AS version",
  )
  const { encoding, version } = rows[0]!
  if (Number.parseInt(version, 10) < OLDEST_POSTGRESQL)
    throw new Error(`PostgreSQL must be ${OLDEST_POSTGRESQL} or newer, and is ${version}`)
  if (encoding === 'UTF8') return
  const anew = "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
  throw new Error(`the database must have the encoding UTF8, and has ${encoding}: create it anew (${anew})`)
}

/** The migrations that are to run. @throws Error where this version is too old for the database */
async function pendingIn(client: Client, known: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS there")
  if (!rows[0]!.there) return known
  const found = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')
  const seen = found.rows.map(({ name }) => name)
  const newer = seen.filter(name => !known.some(migration => migration.name === name))
  const pending = known.filter(({ name }) => !seen.includes(name))
  if (newer.length === 0) return pending
  // Where the database has seen others, but not all of ours, they are of another line of versions.
  if (pending.length > 0 || (await oldestServer(client)) > known.at(-1)!.number) throw tooNew(newer.at(-1)!)
  return []
}

/**
 * Takes the lock of those that migrate. It asks again and again: a statement that waits for a lock would keep a moment,
 * for whose end the building of an index by another waits in turn.
 */
async function takeTurn(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ ours: boolean }>(`SELECT pg_try_advisory_lock(${MIGRATING}) AS ours`)
    if (rows[0]!.ours) return
    await setTimeout(LOOK_EVERY_MS)
  }
}

/**
 * Writes down the oldest servers that may use the database from now on, where they are newer than before, and ends the
 * connections of all: those of newer servers are made again at once.
 */
async function raiseOldest(client: Client, oldest: number): Promise<void> {
  const before = await oldestServer(client)
  if (before === 0 || oldest <= before) return
  await client.query('UPDATE oldest_server SET number = $1', [oldest])
  const query = async (statement: { readonly text: string }, values: unknown[]) =>
    (await client.query<{ pid: number }>({ ...timed(statement.text), values })).rows
  const { rowCount } = await client.query("SELECT FROM pg_extension WHERE extname = 'citus'")
  const left = await endBackends(query, { named: NAME, onNodes: rowCount === 1 })
  if (left.length > 0) throw new StoreError('unavailable', 'the database cannot end the connections of older servers')
}

/** Runs one, again and again where a table is in use. @param waits is told of each time that it was */
async function run(client: Client, migration: Migration, waits: (reason: string) => void): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      await (isConcurrent(migration) ? runAlone : runAtOnce)(client, migration)
      return
    } catch (error) {
      await client.query('ROLLBACK')
      if ((error as { code?: string }).code !== LOCKED || performance.now() > deadline) throw error
      waits('a training, an export or another long reader of the table')
      await setTimeout(PAUSE_MS)
    }
  }
}

const done = { text: 'INSERT INTO migrations VALUES ($1)' }

async function runAtOnce(client: Client, { name, text }: Migration): Promise<void> {
  await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_MS}`)
  await client.query(text)
  await client.query({ ...done, values: [name] })
  await client.query('COMMIT')
}

/** Statement by statement, outside of a transaction. All run again where one was cut off, so that must do no harm. */
async function runAlone(client: Client, { name, text }: Migration): Promise<void> {
  await client.query('SET lock_timeout = 0')
  for (const statement of statementsOf(text)) await client.query(statement)
  await client.query({ ...done, values: [name] })
}

/** Whether it has statements that run outside of a transaction, without locking anybody out. */
export function isConcurrent({ text }: Pick<Migration, 'text'>): boolean {
  return statementsOf(text).some(statement => /\bCONCURRENTLY\b/.test(statement))
}

/** The statements of a file, without comments. Bodies of functions are in `$$`, and stay whole. */
export function statementsOf(text: string): readonly string[] {
  const parts = text.replaceAll(/--.*$/gm, '').split('$$')
  const marked = parts.map((part, at) => (at % 2 === 0 ? part.replaceAll(';', ';\u0000') : part)).join('$$')
  return marked
    .split('\u0000')
    .map(statement => statement.trim())
    .filter(Boolean)
}
