import { join } from 'node:path'
import { createTemplate, databaseOnNodes, dropOnNodes } from './citus-database.ts'
import { type Postgres, startPostgres } from './postgres.ts'

/** The folder that `scripts/build-citus.sh` filled; without it there is no Citus to test on. */
export const { PERSONALITE_CITUS: CITUS } = process.env

/** Why tests on Citus are left out. */
export const MISSING =
  'Citus is not built: scripts/build-citus.sh builds it into a folder, which PERSONALITE_CITUS names'

/** A coordinator and its workers, on loopback. */
export interface Citus extends AsyncDisposable {
  readonly coordinator: Postgres
  readonly workers: readonly Postgres[]
  /** Creates a database on every node if it is missing. Returns its URL at one of them, which the name chooses. */
  createDatabase(name: string): Promise<string>
  dropDatabase(name: string): Promise<void>
}

const SETTINGS = {
  shared_preload_libraries: 'citus',
  max_connections: '300',
  max_prepared_transactions: '300',
  // As docs/deployment.md has it, without TLS.
  'citus.node_conninfo':
    'sslmode=disable keepalives_idle=10 keepalives_interval=5 keepalives_count=2 tcp_user_timeout=20000',
  'citus.local_hostname': '127.0.0.1',
  // Each database has processes of its own that look for such things: with the usual settings, hundreds of them would.
  'citus.distributed_deadlock_detection_factor': '10',
}

/**
 * Starts a coordinator and two workers.
 * @param settings settings of each, e.g. `{ fsync: 'off' }` if it is not killed
 * @throws Error without a built Citus
 */
export async function startCitus(settings: Readonly<Record<string, string>> = {}): Promise<Citus> {
  await using used = new AsyncDisposableStack()
  const nodes: Postgres[] = []
  for (let n = 0; n < 3; n++) nodes.push(used.use(await startNode(settings)))
  const [coordinator, ...workers] = nodes as [Postgres, ...Postgres[]]
  const urls = nodes.map(({ url }) => url)
  const all = used.move()
  let template: Promise<void> | undefined
  return {
    coordinator,
    workers,
    async createDatabase(name) {
      template ??= createTemplate(urls)
      await template
      return databaseOnNodes(urls, name)
    },
    dropDatabase: name => dropOnNodes(urls, name),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/**
 * Starts a node, which no other knows.
 * @param backup a copy of another's data directory to start from
 * @throws Error without a built Citus
 */
export async function startNode(settings: Readonly<Record<string, string>> = {}, backup?: string): Promise<Postgres> {
  if (!CITUS) throw new Error(MISSING)
  const programs = { postgres: join(CITUS, 'bin/postgres'), initdb: join(CITUS, 'bin/initdb') }
  return startPostgres({ ...SETTINGS, ...settings }, backup, programs)
}
