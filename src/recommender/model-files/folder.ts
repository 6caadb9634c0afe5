import { constants } from 'node:fs'
import { copyFile, link, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { State } from '../../engine/state.ts'
import { sync, writeDurably } from '../../files/durable.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { MissingModel, type ModelFile, PlaceError, partOf } from './files.ts'
import type { Place } from './place.ts'
import { loadArtifact, saveArtifact } from './safetensors.ts'

/** A folder of models, which servers may share. */
export interface ModelFolder extends Place {
  /** The model has its name when it is whole and on disk; it is there when this resolves. @throws PlaceError */
  save(path: string, state: State): Promise<void>
  /** @throws MissingModel, PlaceError; Error where it is damaged */
  load(path: string): Promise<State>
  has(path: string): Promise<boolean>
  /** Makes the folder of a file. Returns the file's path. @throws PlaceError */
  prepare(path: string): Promise<string>
}

/** @param setting the flag that names another folder */
export function openModelFolder(where: string, setting = '--models'): ModelFolder {
  const prepare = async (path: string) => {
    const folder = dirname(join(where, path))
    const made = makeFolder(folder)
    // The new folder is on disk as well, as its files will be.
    if (made) for (const parent of new Set([dirname(made), where])) await sync(parent)
    return join(where, path)
  }
  const inWords = async <Result>(doing: Doing, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error as NodeJS.ErrnoException, { where, setting, doing })
    }
  }
  /** Another than the one at its place; `place` decides whether it takes that place. */
  const writeAside = (name: string, text: string, place: (part: string, file: string) => Promise<void>) =>
    inWords('write', async () => {
      const file = await prepare(name)
      await writeDurably(file, written => written.writeFile(text), { part: partOf(file), mode: 0o600, place })
    })
  return {
    where,
    setting,
    save: (path, state) => inWords('write', async () => saveArtifact(await prepare(path), state)),
    load: path => inWords('read', () => loadArtifact(join(where, path))),
    has: async path => (await stat(join(where, path)).catch(ignoreMissing)) !== undefined,
    prepare: path => inWords('write', () => prepare(path)),
    list: () =>
      inWords('read', async () => {
        const folders = ((await readdir(where).catch(ignoreMissing)) ?? []).filter(name => /^\d+$/.test(name))
        return (await Promise.all(folders.map(folder => filesIn(where, folder)))).flat()
      }),
    remove: files =>
      inWords('write', async () => {
        for (const { path } of files) await rm(join(where, path), { force: true })
        const left = new Set(files.filter(({ hasOwner }) => !hasOwner).map(({ path }) => dirname(path)))
        // A folder with other files stays.
        for (const folder of left) await rmdir(join(where, folder)).catch(() => {})
      }),
    readNote: name => inWords('read', async () => readFile(join(where, name), 'utf8').catch(ignoreMissing)),
    createNote: (name, text) => writeAside(name, text, linkUnlessThere),
    writeNote: (name, text) => writeAside(name, text, rename),
  }
}

/** Some file systems have no links. */
async function linkUnlessThere(part: string, file: string): Promise<void> {
  try {
    await link(part, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error
      await copyFile(part, file, constants.COPYFILE_EXCL)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

async function filesIn(where: string, folder: string): Promise<readonly ModelFile[]> {
  const names = (await readdir(join(where, folder)).catch(ignoreMissing)) ?? []
  const files = names.map(async name => {
    const stats = await stat(join(where, folder, name)).catch(ignoreMissing)
    return stats ? [{ path: `${folder}/${name}`, writtenAt: stats.mtimeMs }] : []
  })
  return (await Promise.all(files)).flat()
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!isGone(error)) throw error
}

/** ESTALE: NFS had it when it was listed or opened. */
const isGone = ({ code = '' }: NodeJS.ErrnoException) => ['ENOENT', 'ENOTDIR', 'ESTALE'].includes(code)

type Doing = 'read' | 'write'

interface Attempt {
  readonly where: string
  readonly setting: string
  readonly doing: Doing
}

function explain(error: NodeJS.ErrnoException, { where, setting, doing }: Attempt): Error {
  const { code, syscall } = error
  if (syscall === undefined || code === undefined) return error
  if (doing === 'read' && isGone(error)) return new MissingModel(code)
  const other = `name another folder with ${setting}`
  const full = `the disk of the models is full: make room, or ${other}`
  const denied = `the server may not ${doing === 'read' ? 'read' : 'write to'} the folder of models: allow it, or ${other}`
  const isFile = `the folder of models, or what it is in, is a file: ${other}`
  const remedies: Readonly<Record<string, string>> = {
    EACCES: denied,
    EPERM: denied,
    EROFS: `the folder of models is mounted read-only: mount it for writing, or ${other}`,
    ENOSPC: full,
    EDQUOT: full,
    ENOTDIR: isFile,
    EEXIST: isFile,
  }
  return new PlaceError(remedies[code] ?? `the folder of models fails with ${code}: repair it, or ${other}`, where)
}
