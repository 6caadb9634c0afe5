import { existsSync, realpathSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { sync } from '../files/durable.ts'
import { makeFolder } from '../files/make-folder.ts'
import { IDENTITY } from '../recommender/model-files/artifacts.ts'
import { backUpDatabase, identityIn } from '../store/open.ts'

interface BackupOptions {
  readonly dataDir: string
  readonly to: string
}

const DATABASE = 'personalite.sqlite'

/**
 * Copies the data of a server, which may be running, into a new folder: the database at one moment, and the models that
 * it needs. A server on the copy has every record that was acknowledged before.
 * @throws Error with a message of one line for the operator
 */
export async function backUp(options: BackupOptions): Promise<void> {
  const { dataDir, to } = { dataDir: resolve(options.dataDir), to: resolve(options.to) }
  if (!existsSync(join(dataDir, DATABASE))) throw new Error(`there are no data in ${dataDir}`)
  if (isInside(dataDir, to)) throw new Error(`${to} is in the data directory: name a folder outside of ${dataDir}`)
  if (existsSync(to)) throw new Error(`${to} exists already: name a new folder`)
  makeFolder(dirname(to))
  // The copy is written under a new name, so that after an error nothing else is deleted.
  const part = await mkdtemp(`${to}.part-`)
  try {
    await copyAll(dataDir, part)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
  await rename(part, to)
  await sync(dirname(to))
  console.log(`Backed up ${dataDir} into ${to}: restore it with personalite serve --data-dir ${to}`)
}

/**
 * Whether `to` would be inside the data directory: it would be deleted with it, and be taken for data. Links in the
 * existing part of the path are followed.
 */
function isInside(dataDir: string, to: string): boolean {
  let parent = to
  while (!existsSync(parent)) parent = dirname(parent)
  const path = relative(realpathSync(dataDir), join(realpathSync(parent), relative(parent, to)))
  return path !== '' && !path.startsWith('..')
}

async function copyAll(dataDir: string, to: string): Promise<void> {
  const from = join(dataDir, 'models')
  const isOurs = await hasModelsOf(from, identityIn(join(dataDir, DATABASE)))
  if (!isOurs) console.log(`Left out ${from}: the models there belong to another store`)
  const models = async () => {
    if (isOurs) await copyModels(from, join(to, 'models'))
  }
  const database = join(to, DATABASE)
  // The first copy catches models that are replaced and deleted meanwhile. The second, at the moment of the database's
  // copy, catches the new ones.
  await models()
  await backUpDatabase(join(dataDir, DATABASE), database, models)
  await chmod(database, 0o600)
  await sync(to)
}

/** Whether the models belong to this store: a server refuses to start on those of another. */
async function hasModelsOf(models: string, identity: string | undefined): Promise<boolean> {
  const found = await readFile(join(models, IDENTITY), 'utf8').catch(() => '')
  return found === '' || found.trim() === identity
}

/** Copies the models. A model's file never changes; one that is being written ends in `.part`. */
async function copyModels(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return
  for (const file of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name.endsWith('.part')) continue
    const source = join(file.parentPath, file.name)
    const target = join(to, source.slice(from.length))
    if (existsSync(target)) continue
    makeFolder(dirname(target))
    try {
      await copyFile(source, target)
      await sync(target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // it was deleted meanwhile
    }
  }
}
