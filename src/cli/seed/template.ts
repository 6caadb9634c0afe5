import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, LOCAL_KEY } from '../../config/config.ts'
import { embeddingModelFolder, seedCacheFolder } from '../../config/environment.ts'
import { readOptions } from '../../config/read-configuration.ts'
import { version } from '../../config/version.ts'
import { sync } from '../../files/durable.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { startServer } from '../../server.ts'
import { isTemplate, markTemplate } from '../../store/open.ts'
import { openApi } from '../client.ts'
import { applySeed } from './apply.ts'
import type { Seed } from './declared.ts'

/** A template that nothing has used for so long is deleted. */
const UNUSED_MS = 30 * 86_400_000

/**
 * Returns the folder with the data and the models of a seed, trained. It is made once for the same contents of files
 * and the same settings, and kept in this user's folder of caches.
 * @throws Error of the seed, with its place in the file
 */
export async function templateOf(seed: Seed, config: Config): Promise<string> {
  const cache = seedCacheFolder()
  const folder = join(cache, keyOf(seed, config))
  if (!isTemplate(folder)) await make(folder, seed, config)
  const now = new Date()
  await utimes(folder, now, now).catch(() => {}) // the cache may be for reading alone
  return folder
}

/** All that a template is made from. */
function keyOf({ hash }: Seed, { accountId, region, now, minimums }: Config): string {
  const parts = [version, hash, accountId, region, now, minimums, embeddingModelFolder()]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** Makes a template under another name first, so that it is whole or not there. */
async function make(folder: string, seed: Seed, config: Config): Promise<void> {
  const cache = seedCacheFolder()
  makeFolder(cache)
  await removeUnused(cache)
  const part = await mkdtemp(`${folder}.part-`)
  try {
    await fill(part, seed, config)
    // Tools that clean caches have left a part of one.
    if (!isTemplate(folder)) await rm(folder, { recursive: true, force: true })
    await rename(part, folder).catch(error => {
      // Another process made it meanwhile.
      if (!isTemplate(folder)) throw error
    })
    await sync(cache)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

async function fill(dataDir: string, seed: Seed, config: Config): Promise<void> {
  const { accountId, region, minimums, threads, logLevel } = config
  const now = config.now === undefined ? undefined : new Date(config.now).toISOString()
  const workers = Math.max(1, config.workers)
  {
    const options = { dataDir, accountId, region, minimums, threads, logLevel, now, workers, s3: 'folder' }
    await using server = await startServer(readOptions(options))
    await applySeed(openApi(server.url, LOCAL_KEY), seed)
  }
  await markTemplate(dataDir, seed.hash)
}

async function removeUnused(cache: string): Promise<void> {
  const before = Date.now() - UNUSED_MS
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
    if (mtimeMs < before) await rm(path, { recursive: true, force: true })
  }
}
