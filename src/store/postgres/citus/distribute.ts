import type { Client } from 'pg'
import { end } from '../connections.ts'
import type { Database } from '../database.ts'

/** Any number; who distributes the tables takes this lock. */
const DISTRIBUTING = 7377_0005

/** The tables that grow, and the column by whose hash each is spread over the nodes. */
const KEYS = {
  records: 'id',
  interactions: 'user_id',
  sessions: 'session_id',
  event_ids: 'event_id',
  shown: 'recommendation_id',
} as const

/** Small tables that statements join with the others: each node has a copy. The rest is on the coordinator alone. */
const COPIED = ['dataset_state'] as const

/** The tables to spread, in their order. */
export const tables = [...COPIED, ...Object.keys(KEYS)]

const literal = (name: string) => `to_regclass('${name}')`

/** Whether all tables are spread over the nodes. */
async function isDistributed(db: Database): Promise<boolean> {
  const text = `SELECT count(*) = $1 AS whole FROM pg_dist_partition WHERE logicalrelid IN (${tables.map(literal)})`
  const [row] = await db.query<{ whole: boolean }>({ name: 'citus.distributed', text }, [tables.length])
  return row!.whole
}

/** Spreads the tables of a store over the nodes where nothing is in it yet. Returns whether they are spread. */
export async function distributeIfEmpty(db: Database): Promise<boolean> {
  if (await isDistributed(db)) return true
  return alone(db, async client => {
    if (await isDistributed(db)) return true
    const { rows } = await client.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM resources) AS used')
    if (rows[0]!.used) return false
    for (const table of tables) await distribute(client, table)
    return true
  })
}

/** Runs it under the lock of those that spread tables, on a connection whose statements may take any time. */
export async function alone<Result>(db: Database, run: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await db.lock(DISTRIBUTING)
  try {
    return await run(client)
  } finally {
    await end(client)
  }
}

/** Spreads a table over the nodes, unless it is spread already. */
export async function distribute(client: Client, table: string): Promise<void> {
  if (await isSpread(client, table)) return
  // Citus moves no table without a log to another node while it is written to.
  if (table === 'shown') await client.query('ALTER TABLE shown SET LOGGED')
  const key = (KEYS as Readonly<Record<string, string>>)[table]
  // Rows of one key are on one node, but of those recommendations, whose ids are in another order of letters.
  const beside = table === 'shown' ? 'none' : 'default'
  if (key) await client.query('SELECT create_distributed_table($1, $2, colocate_with => $3)', [table, key, beside])
  else await client.query('SELECT create_reference_table($1)', [table])
}

/** Whether a table is spread over the nodes. */
export async function isSpread(client: Client, table: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass($1)', [table])
  return rowCount === 1
}
