import { basename } from 'node:path'
import { after, before } from 'node:test'
import { type Postgres, startPostgres } from '../../../test/support/postgres.ts'
import { storeSuite } from '../store.suite.ts'
import { openPostgresStore } from './store.ts'

let postgres: Postgres
before(async () => {
  postgres = await startPostgres({ fsync: 'off' })
})
after(() => postgres[Symbol.asyncDispose]())

const databases = new Map<string, Promise<string>>()

storeSuite('postgres', async directory => {
  const name = basename(directory).toLowerCase()
  return openPostgresStore(await databases.getOrInsertComputed(name, () => postgres.createDatabase(name)))
})
