import { type Postgres, startPostgres } from './postgres.ts'

/**
 * For `node --test --test-global-setup`: every test opens its store on PostgreSQL, in a database of its own
 * (`store.ts`). No process is killed here, so that PostgreSQL need not write to the disk.
 */
let postgres: Postgres

export async function globalSetup(): Promise<void> {
  postgres = await startPostgres({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
  process.env.PERSONALITE_TEST_POSTGRES = postgres.url
}

export async function globalTeardown(): Promise<void> {
  await postgres[Symbol.asyncDispose]()
}
