import type { Client } from 'pg'
import { StoreError } from '../../store.ts'
import { endBackends } from '../backends.ts'
import { end, NAME, timed } from '../connections.ts'
import type { Database } from '../database.ts'

/** The name of the connections of `personalite store distribute`. */
export const DISTRIBUTING_NAME = 'personalite distributes'

/** Any number; who distributes the tables takes this lock. */
const DISTRIBUTING = 7377_0005

/** The tables that grow, and the column by whose hash each is spread over the nodes. */
const KEYS = {
  records: 'id',
  interactions: 'user_id',
  sessions: 'session_id',
  event_ids: 'event_id',
} as const

/**
 * Small tables that statements join with the others: each node has a copy. The rest is on the coordinator alone. They
 * come first: that `dataset_state` is spread tells servers that the others are, or will be (`admission.ts`).
 */
const COPIED = ['dataset_state'] as const

/** A call has its price by the shard: with 32 of them it costs five times what it costs with 4 (docs/scaling.md). */
const SHARDS_A_NODE = 2

/** As many as tables have that are spread already, or as the operator has set, or some for each node that has any. */
const SHARDS = `
  SELECT coalesce(
    (SELECT nullif(count(*), 0) FROM pg_dist_shard WHERE logicalrelid = to_regclass('records')),
    (SELECT setting::int FROM pg_settings WHERE name = 'citus.shard_count' AND source <> 'default'),
    (SELECT greatest(count(*), 1) * ${SHARDS_A_NODE} FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards)
  )::int AS shards`

/** The tables to spread, in their order. */
export const tables = [...COPIED, ...Object.keys(KEYS)]

const literal = (name: string) => `to_regclass('${name}')`

/** How many of the tables are spread over the nodes. */
async function distributed(db: Database): Promise<number> {
  const text = `SELECT count(*)::int AS spread FROM pg_dist_partition WHERE logicalrelid IN (${tables.map(literal)})`
  const [row] = await db.query<{ spread: number }>({ name: 'citus.distributed', text })
  return row!.spread
}

/**
 * Spreads the tables of a store over the nodes where nothing is in it yet. Returns whether they are spread.
 * @throws Error where a store that is filled is spread in part: neither kind of statement is right for it
 */
export async function distributeIfEmpty(db: Database): Promise<boolean> {
  if ((await distributed(db)) === tables.length) return true
  return alone(db, async client => {
    const spread = await distributed(db)
    if (spread === tables.length) return true
    const { rows } = await client.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM resources) AS used')
    if (rows[0]!.used && spread > 0)
      throw new Error('the tables are spread over the nodes in part: run personalite store distribute to its end')
    if (rows[0]!.used) return false
    const shards = await shardsOf(client)
    for (const table of tables) await distribute(client, table, shards)
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

/** Into how many shards tables are spread. */
export async function shardsOf(client: Client): Promise<number> {
  return (await client.query<{ shards: number }>(SHARDS)).rows[0]!.shards
}

/** Spreads a table over the nodes, unless it is spread already. Rows of one key are in the same shard of each table. */
export async function distribute(client: Client, table: string, shards: number): Promise<void> {
  const key = (KEYS as Readonly<Record<string, string>>)[table]
  const isNew = !(await isSpread(client, table))
  if (isNew && key)
    await client.query('SELECT create_distributed_table($1, $2, shard_count => $3)', [table, key, shards])
  else if (isNew) await client.query('SELECT create_reference_table($1)', [table])
  if (!key) await endPlain(client)
}

/**
 * Ends the connections of servers that take the tables for plain. New ones are refused since the first table is spread
 * (`admission.ts`). A server that had come before would answer every call with an internal failure.
 */
async function endPlain(client: Client): Promise<void> {
  const query = async ({ text }: { readonly text: string }, values: unknown[]) =>
    (await client.query<{ pid: number }>({ ...timed(text), values })).rows
  const left = await endBackends(query, { named: NAME, except: DISTRIBUTING_NAME })
  if (left.length > 0) throw new StoreError('unavailable', 'the database cannot end the connections of servers')
}

/**
 * Spreads the tables anew, into another number of shards. All are locked until it is done, at every node: Citus locks
 * them at the coordinator alone, so a server that came meanwhile wrote into shards that were copied already.
 */
export async function reshard(client: Client, shards: number): Promise<void> {
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`)
  const text = 'SELECT alter_distributed_table($1, shard_count => $2, cascade_to_colocated => true)'
  await client.query(text, ['records', shards])
  await client.query('COMMIT')
}

/** Whether a table is spread over the nodes. */
export async function isSpread(client: Client, table: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass($1)', [table])
  return rowCount === 1
}
