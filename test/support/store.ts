import { basename } from 'node:path'
import { Client } from 'pg'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

/** Where `npm test` runs on PostgreSQL, the database under which each test makes its own. */
const { PERSONALITE_TEST_POSTGRES: server } = process.env

/** The database that goes with a data directory, made where it is missing; none where the store is the embedded one. */
export async function storeUrl(dataDir: string): Promise<string | undefined> {
  return server && databaseIn(server, basename(dataDir).toLowerCase())
}

/** The store of a test server, opened beside it, or without it. */
export async function openTestStore(dataDir: string): Promise<Store> {
  return openStore(dataDir, await storeUrl(dataDir))
}

/** Makes a database beside this one where it is missing. Gives its URL. */
export async function databaseIn(url: string, name: string): Promise<string> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE "${name}"`)
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error
  } finally {
    await client.end()
  }
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

const DUPLICATE_DATABASE = '42P04'
