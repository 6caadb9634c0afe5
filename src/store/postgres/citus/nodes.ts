import type { Client } from 'pg'
import { connectAlone, end } from '../connections.ts'
import { currentUrl } from '../hosts.ts'
import { persistently } from '../retries.ts'

/** A database with the extension Citus, as the node sees it that the URL names: of several the one that it is at. */
interface CitusNode {
  /** The URL of the same database on the coordinator, and on no other host. */
  readonly coordinator: string
  /** Whether this node is the coordinator. */
  readonly isCoordinator: boolean
}

/**
 * Returns the node that a URL names; undefined where the database has no extension `citus`.
 * @throws Error where a worker does not know its coordinator; StoreError `unavailable`
 */
export async function citusNode(url: string): Promise<CitusNode | undefined> {
  return persistently(async () => {
    const client = await connectAlone(url, { connections: 1 })
    try {
      if ((await client.query("SELECT FROM pg_extension WHERE extname = 'citus'")).rowCount === 0) return undefined
      return await nodeOf(client, currentUrl(url))
    } finally {
      await end(client)
    }
  })
}

async function nodeOf(client: Client, url: string): Promise<CitusNode> {
  const { rows } = await client.query<{ here: boolean; name: string | null; port: number | null }>(`
    SELECT (SELECT groupid = 0 FROM pg_dist_local_group) AS here, node.nodename AS name, node.nodeport AS port
    FROM (VALUES (1)) AS always LEFT JOIN pg_dist_node AS node ON node.groupid = 0 AND node.noderole = 'primary'`)
  const { here, name, port } = rows[0]!
  if (here) return { coordinator: url, isCoordinator: true }
  if (name === null) {
    throw new Error(
      'this node of Citus does not know its coordinator: run citus_set_coordinator_host there, or name the coordinator',
    )
  }
  return { coordinator: atNode(url, { name, port: port! }), isCoordinator: false }
}

/** A node, as `pg_dist_node` names it. */
export interface Place {
  readonly name: string
  readonly port: number
}

/** The URL of the same database on another node. */
export function atNode(url: string, { name, port }: Place): string {
  return Object.assign(new URL(url), { hostname: name, port: String(port) }).href
}
