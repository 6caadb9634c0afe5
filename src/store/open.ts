import type { StoreOptions } from './options.ts'
import { openPostgresStore, openSharedPostgresStore } from './postgres/store.ts'
import { openSharedSqliteStore, openSqliteStore } from './sqlite/store.ts'
import type { Store, StoreHandle } from './store.ts'

export { distributeStore } from './postgres/citus/distribute-store.ts'
export { backUpDatabase, identityIn } from './sqlite/backup.ts'
export { type FirstData, fillDirectory, isTemplate, markTemplate } from './sqlite/fill.ts'
export { makePrivateDirectory, type PrivateDirectory } from './sqlite/private-directory.ts'

/**
 * Opens the embedded store in this directory, or the one that many servers share in a PostgreSQL database.
 * @param url of the database, `postgres://…`
 * @throws Error where another process has the directory open, or the database cannot be reached
 */
export function openStore(dataDir: string, url?: string, options?: StoreOptions): Promise<Store> {
  return url === undefined ? openSqliteStore(dataDir, options) : openPostgresStore(url, options)
}

/** Opens in a worker thread the store that `share()` gave the handle of. */
export function openSharedStore(handle: StoreHandle): Store {
  return handle.driver === 'postgres' ? openSharedPostgresStore(handle) : openSharedSqliteStore(handle)
}
