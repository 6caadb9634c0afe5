import { setTimeout } from 'node:timers/promises'

/** PostgreSQL cannot end a connection at once that waits for a disk. */
const PATIENCE_MS = 5_000
const LOOK_EVERY_MS = 20

const END = {
  name: 'backends.end',
  text: `
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, $1) AND application_name <> $2
      AND ($3::int[] IS NULL OR pid = ANY ($3)) AND pid <> pg_backend_pid()`,
}

/** The same on all nodes of Citus, whose numbers of processes are of one node each. */
const END_ON_NODES = {
  name: 'backends.end on nodes',
  text: `
    SELECT global_pid AS pid, pg_terminate_backend(global_pid) FROM citus_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, $1) AND application_name <> $2
      AND ($3::bigint[] IS NULL OR global_pid = ANY ($3)) AND global_pid <> citus_backend_gpid()`,
}

/** PostgreSQL's ends of connections to this database. */
interface Backends {
  /** How the names of the connections begin. */
  readonly named: string
  /** The name of those that stay. */
  readonly except?: string
  /** The ids of the processes; without them, all of that name. */
  readonly pids?: readonly number[]
  /** Whether those at all nodes of Citus are meant. */
  readonly onNodes?: boolean
}

/** Runs a statement in a transaction of its own: within one, pg_stat_activity stays as it was at the first look. */
type Query = (statement: Readonly<typeof END>, values: unknown[]) => Promise<readonly { readonly pid: number }[]>

/**
 * Ends backends, so that nothing that was sent to them is carried out any more. Returns the ids of those that are still
 * there after 5 s. It goes by the list of backends alone: pg_terminate_backend says "no" also of one that has closed.
 */
export async function endBackends(query: Query, backends: Backends): Promise<readonly number[]> {
  const { named, except = '', pids, onNodes = false } = backends
  const end = onNodes ? END_ON_NODES : END
  const deadline = performance.now() + PATIENCE_MS
  // Those that connect later are no concern of the caller's.
  for (let left = pids; ; await setTimeout(LOOK_EVERY_MS)) {
    left = (await query(end, [named, except, left ?? null])).map(({ pid }) => pid)
    if (left.length === 0 || performance.now() > deadline) return left
  }
}
