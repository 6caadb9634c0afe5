import { copyFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { Client } from 'pg'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { databaseOnNodes } from './citus-database.ts'
import { temporaryDirectory } from './directory.ts'

/** The PostgreSQL server on which each test creates its database, if `npm test` runs on PostgreSQL. */
const { PERSONALITE_TEST_POSTGRES: server } = process.env

/** If they run on Citus, the URLs of its nodes; that server is the coordinator. */
const nodes = process.env.PERSONALITE_TEST_CITUS?.split(' ')

/**
 * Returns the URL of a data directory's database, which is created if it is missing; undefined for the embedded store.
 */
export async function storeUrl(dataDir: string): Promise<string | undefined> {
  return server && databaseIn(server, basename(dataDir).toLowerCase())
}

/** The URLs of that database at all nodes of Citus, that of the coordinator first; elsewhere its only one. */
export async function nodeUrls(dataDir: string): Promise<readonly string[]> {
  const url = await storeUrl(dataDir)
  if (url === undefined) return []
  const { pathname } = new URL(url)
  return nodes?.map(node => Object.assign(new URL(node), { pathname }).href) ?? [url]
}

/** Opens the store of a test server, beside the server or without it. */
export async function openTestStore(dataDir: string): Promise<Store> {
  return openStore(dataDir, await storeUrl(dataDir))
}

/** A store in a directory of its own, which is deleted on disposal. */
export interface NewStore extends AsyncDisposable {
  readonly store: Store
}

/** Opens a new store, without a server. */
export async function openNewStore(): Promise<NewStore> {
  const directory = await temporaryDirectory()
  const store = await openTestStore(directory)
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** Creates a database beside this one if it is missing, empty or as a copy of another. Returns its URL. */
export async function databaseIn(url: string, name: string, original?: string): Promise<string> {
  if (nodes && url === server && original === undefined) return databaseOnNodes(nodes, name)
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

/**
 * Creates a data directory with a copy of another's store, which no server may have open. It is like a restored backup.
 */
export async function copyStore(dataDir: string): Promise<string> {
  const copy = await temporaryDirectory()
  if (server) await databaseIn(server, basename(copy).toLowerCase(), basename(dataDir).toLowerCase())
  else await copyFile(`${dataDir}/personalite.sqlite`, `${copy}/personalite.sqlite`)
  return copy
}
