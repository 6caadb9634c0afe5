import { constants, existsSync } from 'node:fs'
import { chmod, cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sync } from '../../files/durable.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { lockDirectory } from './database.ts'

/** The data with which a new data directory begins. */
export interface FirstData {
  /** The name of their source, for messages. */
  readonly name: string
  /** Of their contents. */
  readonly hash: string
  /** Returns a data directory that `markTemplate` has marked. It stays as it is. */
  template(): Promise<string>
}

const DATABASE = 'personalite.sqlite'
const LOCK = 'lock.sqlite'
/** The file that has the hash of the first data. */
const MARK = 'seed'
/** A directory with one of these has data. Models without their database may be all that is left of some. */
const KEPT = [DATABASE, 'models', MARK]

/** Makes a template of the data directory of a server that has stopped: notes the hash of its data, durably. */
export async function markTemplate(directory: string, hash: string): Promise<void> {
  await writeFile(join(directory, MARK), hash)
  await sync(join(directory, MARK))
  await sync(directory)
}

/** Whether a directory is a template, and has its database. */
export function isTemplate(directory: string): boolean {
  return [MARK, DATABASE].every(name => existsSync(join(directory, name)))
}

/**
 * Fills a data directory that has no data yet, with all of the template or nothing. One that began with the same data
 * is left as it is.
 * @throws Error if it has other data, or models whose database was lost, or another process has it open
 */
export async function fillDirectory(directory: string, { name, hash, template }: FirstData): Promise<void> {
  makeFolder(directory)
  const unlock = lockDirectory(directory)
  try {
    if (!KEPT.some(one => existsSync(join(directory, one)))) return await fill(directory, await template())
    const isSame = (await readFile(join(directory, MARK), 'utf8').catch(() => '')) === hash
    if (isSame && existsSync(join(directory, DATABASE))) return
  } finally {
    unlock()
  }
  throw new Error(
    `${directory} has data that are not those of ${name} as it is now: name a new --data-dir, or leave --seed out`,
  )
}

/** Copies the template beside the data, durably, and then moves it in. The database comes last. */
async function fill(directory: string, template: string): Promise<void> {
  const part = join(directory, `${MARK}.part`)
  await rm(part, { recursive: true, force: true })
  const mode = constants.COPYFILE_FICLONE
  await cp(template, part, { recursive: true, mode, filter: source => basename(source) !== LOCK })
  await chmod(part, 0o700)
  for (const file of await readdir(part, { recursive: true, withFileTypes: true }))
    await sync(join(file.parentPath, file.name))
  const names = (await readdir(part)).filter(name => name !== DATABASE)
  for (const name of [...names, DATABASE]) await rename(join(part, name), join(directory, name))
  await rm(part, { recursive: true })
  await sync(directory)
}
