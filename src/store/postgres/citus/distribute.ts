import type { Client } from 'pg'
import { end } from '../connections.ts'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { citusNode } from './nodes.ts'

/** Any number; who distributes the tables takes this lock. */
const DISTRIBUTING = 7377_0005

/** The tables that grow, and the column by whose hash each is spread over the nodes. */
export const KEYS = {
  records: 'id',
  interactions: 'user_id',
  sessions: 'session_id',
  event_ids: 'event_id',
  shown: 'recommendation_id',
} as const

/** Small tables that statements join with the others: each node has a copy. The rest is on the coordinator alone. */
const COPIED = ['dataset_state'] as const

/** The name of the connections of `distributeFilled`. */
const DISTRIBUTING_NAME = 'personalite distributes'

/** The connections of servers, workers and their jobs. */
const USERS = `
  SELECT count(*)::int AS users FROM pg_stat_activity
  WHERE datname = current_database() AND starts_with(application_name, 'personalite') AND application_name <> $1`

export type Progress = (line: string) => void

/** Whether all tables are spread over the nodes. */
export async function isDistributed(db: Database): Promise<boolean> {
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

/**
 * Spreads the tables of a filled store over the nodes of Citus, see `distributeFilled`.
 * @param url of the database, at any node
 * @throws Error where the database has no extension `citus`, or a server or a worker uses it
 */
export async function distributeStore(url: string, say: Progress): Promise<void> {
  const node = await citusNode(url)
  if (!node) throw new Error('the database has no extension citus: create it on every node, and add the workers')
  await using db = openDatabase(node.coordinator, { connections: 1, name: DISTRIBUTING_NAME })
  await migrate(db)
  await distributeFilled(db, say)
}

/**
 * Spreads the tables of a filled store over the nodes, one after the other. Each takes a lock that nothing else gets
 * past, and becomes visible whole. If it is interrupted, the next call goes on with the table that it was at.
 * @throws Error where a server or a worker uses the database
 */
async function distributeFilled(db: Database, say: Progress): Promise<void> {
  await alone(db, async client => {
    const { rows } = await client.query<{ users: number }>(USERS, [DISTRIBUTING_NAME])
    const others = rows[0]!.users
    if (others > 0) throw new Error(`${others} connections of servers or workers use the database: stop them first`)
    for (const [index, table] of tables.entries()) {
      const size = await sizeOf(client, table)
      const isDone = await isSpread(client, table)
      say(`${index + 1} of ${tables.length}: ${table}, ${isDone ? 'was spread before' : size}`)
      if (!isDone) await distribute(client, table)
      // Rows are copied to the nodes; their originals take room on the coordinator until now.
      await client.query('SELECT truncate_local_data_after_distributing_table($1)', [table])
    }
  })
}

const tables = [...COPIED, ...Object.keys(KEYS)]
const literal = (name: string) => `to_regclass('${name}')`

/** Runs it under the lock, on a connection whose statements may take any time. */
async function alone<Result>(db: Database, run: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await db.lock(DISTRIBUTING)
  try {
    return await run(client)
  } finally {
    await end(client)
  }
}

async function distribute(client: Client, table: string): Promise<void> {
  if (await isSpread(client, table)) return
  const key = (KEYS as Readonly<Record<string, string>>)[table]
  // Rows of one key are on one node, but of those recommendations, whose ids are in another order of letters.
  const beside = table === 'shown' ? 'none' : 'default'
  if (key) await client.query('SELECT create_distributed_table($1, $2, colocate_with => $3)', [table, key, beside])
  else await client.query('SELECT create_reference_table($1)', [table])
}

async function isSpread(client: Client, table: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass($1)', [table])
  return rowCount === 1
}

async function sizeOf(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ size: string }>(
    `SELECT pg_size_pretty(pg_total_relation_size(to_regclass($1)) + coalesce(
      (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(to_regclass($1)) WHERE isleaf), 0)) AS size`,
    [table],
  )
  return rows[0]!.size
}
