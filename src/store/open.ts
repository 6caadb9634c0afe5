import type { StoreOptions } from './options.ts'
import type { Progress } from './postgres/citus/distribute-store.ts'
import { openSharedSqliteStore, openSqliteStore } from './sqlite/store.ts'
import type { Store, StoreHandle } from './store.ts'

export { backUpDatabase, identityIn } from './sqlite/backup.ts'
export { type FirstData, fillDirectory, isTemplate, markTemplate } from './sqlite/fill.ts'
export { makePrivateDirectory, type PrivateDirectory } from './sqlite/private-directory.ts'

/** Its code is loaded where it is used: to load it takes a thread twice as long as that of the embedded store. */
const postgres = () => import('./postgres/store.ts')

/**
 * Opens the embedded store in this directory, or the one that many servers share in a PostgreSQL database.
 * @param url of the database, `postgres://…`
 * @throws Error where another process has the directory open, or the database cannot be reached
 */
export async function openStore(dataDir: string, url?: string, options?: StoreOptions): Promise<Store> {
  return url === undefined ? openSqliteStore(dataDir, options) : (await postgres()).openPostgresStore(url, options)
}

/** Opens in a worker thread the store that `share()` gave the handle of. */
export async function openSharedStore(handle: StoreHandle): Promise<Store> {
  return handle.driver === 'postgres'
    ? (await postgres()).openSharedPostgresStore(handle)
    : openSharedSqliteStore(handle)
}

/** Spreads the tables of a filled store over the nodes of Citus; see `postgres/citus/distribute-store.ts`. */
export async function distributeStore(url: string, say: Progress, shards?: number): Promise<void> {
  return (await import('./postgres/citus/distribute-store.ts')).distributeStore(url, say, shards)
}
