import { createHash } from 'node:crypto'
import { Client } from 'pg'

/** The database that others are copies of: to make databases of three nodes one takes 14 times as long. */
const TEMPLATE = 'joined'

/**
 * Creates on each node the empty database that `databaseOnNodes` copies, and makes them one.
 * @param nodes the URLs of the default databases, that of the coordinator first
 */
export async function createTemplate(nodes: readonly string[]): Promise<void> {
  for (const node of nodes) await query(node, UNSPREAD, `CREATE DATABASE ${TEMPLATE}`)
  await joinNodes(nodes.map(node => atDatabase(node, TEMPLATE)))
  // A database that somebody uses is not copied, and Citus has a process of its own in each.
  const end = `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '${TEMPLATE}'`
  for (const node of nodes) await query(node, `ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`, end)
}

/**
 * Creates a database on each node if it is missing, as a copy of those that `createTemplate` made one. Returns its URL
 * at one of the nodes, which the name chooses: all are as good.
 * @param nodes the URLs of the default databases, that of the coordinator first
 */
export async function databaseOnNodes(nodes: readonly string[], name: string): Promise<string> {
  for (const node of nodes) if (!(await createDatabase(node, name))) break
  return atDatabase(nodes[createHash('sha256').update(name).digest()[0]! % nodes.length]!, name)
}

const atDatabase = (node: string, name: string) => Object.assign(new URL(node), { pathname: `/${name}` }).href

/**
 * Makes databases of the same name on several nodes one.
 * @param ways the URLs by which the nodes reach each other
 */
export async function joinNodes(databases: readonly string[], ways = databases): Promise<void> {
  await Promise.all(databases.map(database => query(database, 'CREATE EXTENSION citus')))
  const [coordinator, ...workers] = ways.map(way => new URL(way)) as [URL, ...URL[]]
  const { hostname, port } = coordinator
  await query(
    coordinator.href,
    `SELECT citus_set_coordinator_host('${hostname}', ${port})`,
    ...workers.map(worker => `SELECT citus_add_node('${worker.hostname}', ${worker.port})`),
  )
}

/** Drops a database on each node, also one that is used. */
export async function dropOnNodes(nodes: readonly string[], name: string): Promise<void> {
  for (const node of nodes) await query(node, UNSPREAD, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
}

/** Returns whether it was missing. */
async function createDatabase(node: string, name: string): Promise<boolean> {
  try {
    await query(node, UNSPREAD, `CREATE DATABASE "${name}" TEMPLATE ${TEMPLATE}`)
    return true
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error
    return false
  }
}

/** Has a node create and drop its own database alone. */
const UNSPREAD = 'SET citus.enable_create_database_propagation = off'

const DUPLICATE_DATABASE = '42P04'

/** Runs statements on a connection of their own. Returns the rows of the last. */
export async function query(url: string, ...texts: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    let rows: readonly Record<string, unknown>[] = []
    for (const text of texts) ({ rows } = await client.query(text))
    return rows
  } finally {
    await client.end()
  }
}
