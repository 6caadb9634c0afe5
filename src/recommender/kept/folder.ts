import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { loadArtifact, type State, saveArtifact } from '../../engine/artifact.ts'
import { MissingModel, type ModelFile, type Owner, PlaceError, superfluous } from './files.ts'

/** A folder of models, which servers may share. */
export interface ModelFolder {
  readonly where: string
  /** The model has its name when it is whole and on disk; it is there when this resolves. @throws PlaceError */
  save(path: string, state: State): Promise<void>
  /** @throws MissingModel, PlaceError; Error where it is damaged */
  load(path: string): Promise<State>
  has(path: string): Promise<boolean>
  /** Makes the folder of a file. Gives where the file is to be. @throws PlaceError */
  prepare(path: string): Promise<string>
  remove(path: string): Promise<void>
  /** Deletes the files that nobody needs. @throws PlaceError */
  sweep(owners: () => Promise<readonly Owner[]>): Promise<void>
}

export function openModelFolder(where: string): ModelFolder {
  const prepare = async (path: string) => {
    const folder = dirname(join(where, path))
    const made = await mkdir(folder, { recursive: true, mode: 0o700 })
    // What is made is on disk as well, as its files will be.
    if (made) for (const parent of new Set([dirname(made), where])) await sync(parent)
    return join(where, path)
  }
  return {
    where,
    save: (path, state) => inWords(where, 'write', async () => saveArtifact(await prepare(path), state)),
    load: path => inWords(where, 'read', () => loadArtifact(join(where, path))),
    has: async path => (await stat(join(where, path)).catch(ignoreMissing)) !== undefined,
    prepare: path => inWords(where, 'write', () => prepare(path)),
    remove: path => rm(join(where, path), { force: true }),
    sweep: owners =>
      inWords(where, 'write', async () => {
        const folders = ((await readdir(where).catch(ignoreMissing)) ?? []).filter(name => /^\d+$/.test(name))
        const files = (await Promise.all(folders.map(folder => filesIn(where, folder)))).flat()
        const now = await owners()
        for (const { path } of superfluous(files, now)) await rm(join(where, path), { force: true })
        const known = new Set(now.map(({ id }) => String(id)))
        // What else is in it stays, and so does it.
        for (const folder of folders) if (!known.has(folder)) await rmdir(join(where, folder)).catch(() => {})
      }),
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

async function sync(folder: string): Promise<void> {
  await using handle = await open(folder)
  await handle.sync()
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!isGone(error)) throw error
}

/** ESTALE: NFS had it when it was listed or opened. */
const isGone = ({ code = '' }: NodeJS.ErrnoException) => ['ENOENT', 'ENOTDIR', 'ESTALE'].includes(code)

async function inWords<Result>(where: string, doing: 'read' | 'write', work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, where, doing)
  }
}

const OTHER = 'name another folder with --models'

function explain(error: NodeJS.ErrnoException, where: string, doing: 'read' | 'write'): Error {
  const { code, syscall } = error
  if (syscall === undefined || code === undefined) return error
  if (doing === 'read' && isGone(error)) return new MissingModel(code)
  const full = `${where} is full: make room, or ${OTHER}`
  const denied = `this user may not ${doing === 'read' ? 'read' : 'write to'} ${where}: allow it, or ${OTHER}`
  const remedies: Readonly<Record<string, string>> = {
    EACCES: denied,
    EPERM: denied,
    EROFS: `${where} is mounted read-only: mount it for writing, or ${OTHER}`,
    ENOSPC: full,
    EDQUOT: full,
    ENOTDIR: `${where}, or what it is in, is a file: ${OTHER}`,
    EEXIST: `${where}, or what it is in, is a file: ${OTHER}`,
  }
  return new PlaceError(remedies[code] ?? `${where} fails with ${code}: repair it, or ${OTHER}`)
}
