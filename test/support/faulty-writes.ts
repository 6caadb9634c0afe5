import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { nodeUrls } from './store.ts'

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
  const urls = await nodeUrls(dataDir)
  return urls.length === 0 ? onSqlite(dataDir, fault, tables) : onPostgres(urls, fault, tables)
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

/** On Citus the writes are counted at each node: it carries out those of its shards. */
async function onPostgres(urls: readonly string[], fault: Fault, tables: readonly string[]): Promise<FaultyWrites> {
  await using opening = new AsyncDisposableStack()
  const clients: Client[] = []
  for (const url of urls) {
    const client = new Client(url)
    opening.defer(() => client.end())
    await client.connect()
    clients.push(client)
    await client.query(`
      SET citus.enable_ddl_propagation = off;
      CREATE TABLE writes_left ("left" integer);
      CREATE FUNCTION faulty() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT "left" FROM writes_left) = 0 THEN ${POSTGRES[fault]}; END IF;
        UPDATE writes_left SET "left" = "left" - 1;
        RETURN coalesce(NEW, OLD);
      END $$`)
  }
  const query = async (sql: string): Promise<readonly object[]> => (await clients[0]!.query(sql)).rows
  const atAll = async (sql: string) =>
    (await Promise.all(clients.map(client => client.query(sql)))).flatMap(({ rows }) => rows)
  // On Citus these go to all shards, which it calls unsafe.
  await query('SET citus.enable_ddl_propagation = on; SET citus.enable_unsafe_triggers = on')
  for (const table of tables)
    for (const kind of KINDS)
      await query(`CREATE TRIGGER faulty_${kind} BEFORE ${kind} ON ${table} FOR EACH ROW EXECUTE FUNCTION faulty()`)
  const standing = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
  const held = opening.move()
  return {
    faultyAfter: async writes =>
      void (await atAll(`DELETE FROM writes_left; INSERT INTO writes_left VALUES (${writes})`)),
    async mend() {
      await atAll(`SELECT pg_terminate_backend(pid, 60000) ${standing}`)
      await atAll('DELETE FROM writes_left')
    },
    isStanding: async () => (await atAll(`SELECT 1 ${standing}`)).length > 0,
    query,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
