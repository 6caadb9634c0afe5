import { startCitus } from './citus.ts'
import { joinNodes, query } from './citus-database.ts'
import { eventually } from './eventually.ts'
import { type Postgres, startPostgres } from './postgres.ts'

/** Whether the fault tests run on Citus: `node --test --test-global-setup=test/support/on-citus.ts`. */
export const ON_CITUS = process.env.PERSONALITE_TEST_CITUS !== undefined

/** The names of the nodes of the database, in their order. */
export const NODES = ON_CITUS ? ['the coordinator', 'one worker', 'the other worker'] : ['PostgreSQL']

/** The nodes that differ for a server: on Citus the coordinator, and a worker. */
export const PLACES = ON_CITUS ? [0, 1] : [0]

/** Citus looks this often for ended transactions that other nodes hold prepared. */
export const RECOVERY = { 'citus.recover_2pc_transaction_interval': '1s' }

/** The ways by which nodes reach each other, from their URLs. */
type WaysBetween = (urls: readonly string[]) => Promise<readonly string[]>

/** A PostgreSQL of a test's own, or a coordinator and two workers of Citus. */
export interface Nodes extends AsyncDisposable {
  readonly nodes: readonly Postgres[]
  /** Creates a database. Returns its URL at each node. */
  createDatabase(name: string, waysBetween?: WaysBetween): Promise<readonly string[]>
}

export async function startNodes(settings: Readonly<Record<string, string>> = {}): Promise<Nodes> {
  if (!ON_CITUS) {
    const postgres = await startPostgres(settings)
    return {
      nodes: [postgres],
      createDatabase: async name => [await postgres.createDatabase(name)],
      [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
    }
  }
  const citus = await startCitus({ ...RECOVERY, ...settings })
  const nodes = [citus.coordinator, ...citus.workers]
  return {
    nodes,
    async createDatabase(name, waysBetween = async urls => urls) {
      const urls = await Promise.all(nodes.map(node => node.createDatabase(name)))
      await joinNodes(urls, await waysBetween(urls))
      return urls
    },
    [Symbol.asyncDispose]: () => citus[Symbol.asyncDispose](),
  }
}

/** Resolves when no node holds a part of an ended transaction: of a call without an answer it may be seen alone. */
export async function recovered(urls: readonly string[]): Promise<void> {
  const isOver = async (url: string) => (await query(url, 'SELECT FROM pg_prepared_xacts')).length === 0
  for (const url of urls) await eventually('the end of all transactions', () => isOver(url))
}
