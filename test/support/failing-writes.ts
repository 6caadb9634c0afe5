import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { storeUrl } from './store.ts'

/** A store whose writes of resources can be made to fail, while a server has it open. */
export interface FailingWrites extends AsyncDisposable {
  /** From now on all writes of resources fail, but the first ones, as many as this. */
  failAfter(writes: number): Promise<void>
  mend(): Promise<void>
  /** All resources as they are stored; of solution versions no status, which changes by itself. */
  resources(): Promise<readonly object[]>
  /** Whether a job waits or runs. */
  isBusy(): Promise<boolean>
}

const ALL = `
  SELECT arn, kind, parent, reference, tags, CASE kind WHEN 'solution-version' THEN '' ELSE status || document END AS rest
  FROM resources ORDER BY arn`
const BUSY = "SELECT arn FROM resources WHERE status LIKE '%PENDING' OR status LIKE '%IN_PROGRESS' LIMIT 1"
const KINDS = ['INSERT', 'UPDATE', 'DELETE'] as const

const SQLITE = `
  CREATE TABLE writes_left (left INTEGER);
  ${KINDS.map(
    kind => `
  CREATE TRIGGER failing_${kind} BEFORE ${kind} ON resources WHEN (SELECT left FROM writes_left) IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'the disk fails') WHERE (SELECT left FROM writes_left) = 0;
    UPDATE writes_left SET left = left - 1;
  END;`,
  ).join('')}`

const POSTGRES = `
  CREATE TABLE writes_left ("left" integer);
  CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT "left" FROM writes_left) = 0 THEN RAISE EXCEPTION 'the disk fails'; END IF;
    UPDATE writes_left SET "left" = "left" - 1;
    RETURN coalesce(NEW, OLD);
  END $$;
  ${KINDS.map(kind => `CREATE TRIGGER failing_${kind} BEFORE ${kind} ON resources FOR EACH ROW EXECUTE FUNCTION failing();`).join('')}`

/** Opens the store of a test server by a connection of its own. */
export async function openFailingWrites(dataDir: string): Promise<FailingWrites> {
  const { exec, all, close } = await connect(dataDir)
  return {
    failAfter: writes => exec(`DELETE FROM writes_left; INSERT INTO writes_left VALUES (${writes})`),
    mend: () => exec('DELETE FROM writes_left'),
    resources: () => all(ALL),
    isBusy: async () => (await all(BUSY)).length > 0,
    [Symbol.asyncDispose]: close,
  }
}

async function connect(dataDir: string) {
  const url = await storeUrl(dataDir)
  if (url === undefined) {
    const db = new DatabaseSync(`${dataDir}/personalite.sqlite`, { timeout: 10_000 })
    db.exec(SQLITE)
    return {
      exec: async (sql: string) => db.exec(sql),
      all: async (sql: string) => db.prepare(sql).all() as readonly object[],
      close: async () => db.close(),
    }
  }
  const client = new Client(url)
  await client.connect()
  await client.query(POSTGRES)
  return {
    exec: async (sql: string) => void (await client.query(sql)),
    all: async (sql: string): Promise<readonly object[]> => (await client.query(sql)).rows,
    close: () => client.end(),
  }
}
