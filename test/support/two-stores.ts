import { Client } from 'pg'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { type Nodes, startNodes } from './nodes.ts'

/** The stores of two servers that share a database. If the tests run on Citus, each is at a node of its own. */
export interface TwoStores extends AsyncDisposable {
  readonly nodes: Nodes
  /** The URL of the database at each node. */
  readonly urls: readonly string[]
  readonly one: Store
  readonly other: Store
  /** Runs it with a connection to the database, at the coordinator. */
  withClient<Result>(run: (client: Client) => Promise<Result>): Promise<Result>
}

/** Starts PostgreSQL, or Citus, with a database of this name, and opens its store twice. */
export async function openTwoStores(name: string): Promise<TwoStores> {
  await using used = new AsyncDisposableStack()
  const nodes = used.use(await startNodes({ fsync: 'off' }))
  const urls = await nodes.createDatabase(name)
  const one = used.use(await openPostgresStore(urls[0]!))
  const other = used.use(await openPostgresStore(urls.at(-1)!))
  const all = used.move()
  return {
    nodes,
    urls,
    one,
    other,
    async withClient(run) {
      const client = new Client(urls[0])
      await client.connect()
      try {
        return await run(client)
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
