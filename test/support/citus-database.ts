import { createHash } from 'node:crypto'
import { Client } from 'pg'

/**
 * Creates a database on each node if it is missing, and makes them one. Returns its URL at one of the nodes, which the
 * name chooses: all are as good.
 * @param nodes the URLs of the default databases, that of the coordinator first
 */
export async function databaseOnNodes(nodes: readonly string[], name: string): Promise<string> {
  const urls = nodes.map(node => Object.assign(new URL(node), { pathname: `/${name}` }))
  const chosen = urls[createHash('sha256').update(name).digest()[0]! % urls.length]!.href
  for (const node of nodes) {
    if (!(await createDatabase(node, name))) return chosen
  }
  await joinNodes(urls.map(({ href }) => href))
  return chosen
}

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
    await query(node, UNSPREAD, `CREATE DATABASE "${name}"`)
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
