import type { Client } from 'pg'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { alone, DISTRIBUTING_NAME, distribute, isSpread, reshard, shardsOf, tables } from './distribute.ts'
import { citusNode } from './nodes.ts'

/** The connections of servers, workers and their jobs. */
const USERS = `
  SELECT count(*)::int AS users FROM pg_stat_activity
  WHERE datname = current_database() AND starts_with(application_name, 'personalite') AND application_name <> $1`

/** Is told each step in a line. */
export type Progress = (line: string) => void

/**
 * Spreads the tables of a filled store over the nodes of Citus (`distributeFilled`), or those that are spread into
 * another number of shards. It has a file of its own: the declarations of the package must not name types of `pg`,
 * which programs that use it lack.
 * @param url of the database, at any node
 * @param shards how many; left out, as many as there are, or `distributeIfEmpty` would make
 * @throws Error where the database has no extension `citus`, or a server or a worker uses it
 */
export async function distributeStore(url: string, say: Progress, shards?: number): Promise<void> {
  const node = await citusNode(url)
  if (!node) throw new Error('the database has no extension citus: create it on every node, and add the workers')
  await using db = openDatabase(node.coordinator, { connections: 1, name: DISTRIBUTING_NAME })
  await migrate(db)
  await distributeFilled(db, say, shards)
}

/**
 * Spreads the tables of a filled store over the nodes, one after the other. Each takes a lock that nothing else gets
 * past, and becomes visible whole. If it is interrupted, the next call goes on with the table that it was at.
 * @throws Error where a server or a worker uses the database
 */
async function distributeFilled(db: Database, say: Progress, wanted?: number): Promise<void> {
  await alone(db, async client => {
    const { rows } = await client.query<{ users: number }>(USERS, [DISTRIBUTING_NAME])
    const others = rows[0]!.users
    if (others > 0) throw new Error(`${others} connections of servers or workers use the database: stop them first`)
    const isNew = !(await isSpread(client, 'records'))
    const shards = isNew && wanted !== undefined ? wanted : await shardsOf(client)
    for (const [index, table] of tables.entries()) {
      const size = await sizeOf(client, table)
      const isDone = await isSpread(client, table)
      say(`${index + 1} of ${tables.length}: ${table}, ${isDone ? 'was spread before' : size}`)
      await distribute(client, table, shards)
      // Rows are copied to the nodes; their originals take room on the coordinator until now.
      await client.query('SELECT truncate_local_data_after_distributing_table($1)', [table])
    }
    if (wanted === undefined || wanted === shards) return
    say(`from ${shards} shards to ${wanted}`)
    await reshard(client, wanted)
  })
}

async function sizeOf(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ size: string }>(
    `SELECT pg_size_pretty(pg_total_relation_size(to_regclass($1)) + coalesce(
      (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(to_regclass($1)) WHERE isleaf), 0)) AS size`,
    [table],
  )
  return rows[0]!.size
}
