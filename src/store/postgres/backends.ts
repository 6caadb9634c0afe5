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

/** PostgreSQL's ends of connections to this database. */
export interface Backends {
  /** How the names of the connections begin. */
  readonly named: string
  /** The name of those that stay. */
  readonly except?: string
  /** The ids of the processes; without them, all of that name. */
  readonly pids?: readonly number[]
}

/** Runs a statement in a transaction of its own: within one, pg_stat_activity stays as it was at the first look. */
type Query = (statement: typeof END, values: unknown[]) => Promise<readonly { readonly pid: number }[]>

/**
 * Ends backends, so that nothing that was sent to them is carried out any more. Returns the ids of those that are still
 * there after 5 s. It goes by the list of backends alone: pg_terminate_backend says "no" also of one that has closed.
 */
export async function endBackends(query: Query, backends: Backends): Promise<readonly number[]> {
  const { named, except = '', pids } = backends
  const deadline = performance.now() + PATIENCE_MS
  // Those that connect later are no concern of the caller's.
  for (let left = pids; ; await setTimeout(LOOK_EVERY_MS)) {
    left = (await query(END, [named, except, left ?? null])).map(({ pid }) => pid)
    if (left.length === 0 || performance.now() > deadline) return left
  }
}
