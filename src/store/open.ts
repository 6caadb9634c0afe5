import { openSharedSqliteStore, openSqliteStore } from './sqlite/store.ts'
import type { Store, StoreHandle } from './store.ts'

/** Opens the embedded store in this directory. @throws Error where another process has it open */
export function openStore(dataDir: string): Promise<Store> {
  return openSqliteStore(dataDir)
}

/** Opens in a worker thread the store that `share()` gave the handle of. */
export function openSharedStore(handle: StoreHandle): Store {
  return openSharedSqliteStore(handle)
}
