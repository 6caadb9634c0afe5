import { copyFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Client } from 'pg'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryDirectory } from './directory.ts'

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

/** Makes a database beside this one where it is missing, empty or as a copy of another. Returns its URL. */
export async function databaseIn(url: string, name: string, original?: string): Promise<string> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE "${name}"${original === undefined ? '' : ` TEMPLATE "${original}"`}`)
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error
  } finally {
    await client.end()
  }
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

const DUPLICATE_DATABASE = '42P04'

/** A new data directory with the store of another, as it is while no server has it: what a backup restores. */
export async function copyStore(dataDir: string): Promise<string> {
  const copy = await temporaryDirectory()
  if (server) await databaseIn(server, basename(copy).toLowerCase(), basename(dataDir).toLowerCase())
  else await copyFile(`${dataDir}/personalite.sqlite`, `${copy}/personalite.sqlite`)
  return copy
}
