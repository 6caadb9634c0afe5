import { basename } from 'node:path'
import { after, before } from 'node:test'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { storeSuite } from '../store.suite.ts'
import { openPostgresStore } from './store.ts'

let postgres: Postgres
before(async () => {
  postgres = await startPostgres({ fsync: 'off' })
})
after(() => postgres[Symbol.asyncDispose]())

storeSuite('postgres', async directory => {
  return openPostgresStore(await postgres.createDatabase(basename(directory).toLowerCase()))
})
