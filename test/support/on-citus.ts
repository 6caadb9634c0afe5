import { type Citus, startCitus } from './citus.ts'
import { createTemplate } from './citus-database.ts'

/** For `node --test --test-global-setup`: every test opens its store on Citus, in a database of its own (`store.ts`). */
let citus: Citus

export async function globalSetup(): Promise<void> {
  citus = await startCitus({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' })
  const urls = [citus.coordinator, ...citus.workers].map(({ url }) => url)
  await createTemplate(urls)
  process.env.PERSONALITE_TEST_POSTGRES = urls[0]!
  process.env.PERSONALITE_TEST_CITUS = urls.join(' ')
}

export async function globalTeardown(): Promise<void> {
  await citus[Symbol.asyncDispose]()
}
