import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { storeUrl } from './store.ts'

/**
 * The fault of a write: it fails. Or it stands still in the middle of its transaction, until the test kills the server
 * there.
 */
type Fault = 'fails' | 'stands still'

/** A store whose writes of rows can be made faulty, while a server has it open. */
export interface FaultyWrites extends AsyncDisposable {
  /** From now on all writes are faulty, but the first ones, as many as this. */
  faultyAfter(writes: number): Promise<void>
  /** Ends this, and transactions that stand still on PostgreSQL. On the embedded store their process must be dead. */
  mend(): Promise<void>
  /** Whether a transaction stands still. */
  isStanding(): Promise<boolean>
  query(sql: string): Promise<readonly object[]>
}

const KINDS = ['INSERT', 'UPDATE', 'DELETE'] as const
/** A busy machine holds the lock of SQLite for less. If not, the kill comes at another moment. */
const STANDING_MS = 300

const SQLITE: Readonly<Record<Fault, string>> = {
  fails: "SELECT RAISE(ABORT, 'the disk fails')",
  'stands still':
    'WITH RECURSIVE endless (x) AS (SELECT 1 UNION ALL SELECT x FROM endless) SELECT count(*) FROM endless',
}
const POSTGRES: Readonly<Record<Fault, string>> = {
  fails: "RAISE EXCEPTION 'the disk fails'",
  'stands still': 'PERFORM pg_sleep(600)',
}

/** Opens the store of a test server by a connection of its own. @param tables those with faults */
export async function openFaultyWrites(
  dataDir: string,
  fault: Fault,
  tables: readonly string[],
): Promise<FaultyWrites> {
  const url = await storeUrl(dataDir)
  return url === undefined ? onSqlite(dataDir, fault, tables) : onPostgres(url, fault, tables)
}

function onSqlite(dataDir: string, fault: Fault, tables: readonly string[]): FaultyWrites {
  const db = new DatabaseSync(`${dataDir}/personalite.sqlite`, { timeout: 10_000 })
  db.exec('CREATE TABLE writes_left (left INTEGER)')
  for (const table of tables)
    for (const kind of KINDS)
      db.exec(`
        CREATE TRIGGER faulty_${kind}_${table} BEFORE ${kind} ON ${table}
        WHEN (SELECT left FROM writes_left) IS NOT NULL BEGIN
          SELECT (${SQLITE[fault]}) WHERE (SELECT left FROM writes_left) = 0;
          UPDATE writes_left SET left = left - 1;
        END`)
  return {
    faultyAfter: async writes => db.exec(`DELETE FROM writes_left; INSERT INTO writes_left VALUES (${writes})`),
    mend: async () => db.exec('DELETE FROM writes_left'),
    async isStanding() {
      db.exec(`PRAGMA busy_timeout = ${STANDING_MS}`)
      try {
        db.exec('BEGIN IMMEDIATE; ROLLBACK')
        return false
      } catch {
        return true
      } finally {
        db.exec('PRAGMA busy_timeout = 10000')
      }
    },
    query: async sql => db.prepare(sql).all(),
    [Symbol.asyncDispose]: async () => db.close(),
  }
}

async function onPostgres(url: string, fault: Fault, tables: readonly string[]): Promise<FaultyWrites> {
  const client = new Client(url)
  await client.connect()
  await client.query(`
    CREATE TABLE writes_left ("left" integer);
    CREATE FUNCTION faulty() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT "left" FROM writes_left) = 0 THEN ${POSTGRES[fault]}; END IF;
      UPDATE writes_left SET "left" = "left" - 1;
      RETURN coalesce(NEW, OLD);
    END $$`)
  for (const table of tables)
    for (const kind of KINDS)
      await client.query(
        `CREATE TRIGGER faulty_${kind} BEFORE ${kind} ON ${table} FOR EACH ROW EXECUTE FUNCTION faulty()`,
      )
  const standing = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
  const query = async (sql: string): Promise<readonly object[]> => (await client.query(sql)).rows
  return {
    faultyAfter: async writes =>
      void (await query(`DELETE FROM writes_left; INSERT INTO writes_left VALUES (${writes})`)),
    async mend() {
      await query(`SELECT pg_terminate_backend(pid, 60000) ${standing}`)
      await query('DELETE FROM writes_left')
    },
    isStanding: async () => (await query(`SELECT 1 ${standing}`)).length > 0,
    query,
    [Symbol.asyncDispose]: () => client.end(),
  }
}
