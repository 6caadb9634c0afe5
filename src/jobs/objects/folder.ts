import { createReadStream, type Stats } from 'node:fs'
import { type FileHandle, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { nearestName } from '../../datasets/names.ts'
import { writeDurably } from '../../files/durable.ts'
import { JobFailure } from '../failure.ts'
import {
  changedMeanwhile,
  compareKeys,
  type Depth,
  folderOf,
  INVALID_LOCATION,
  isHidden,
  isInput,
  isPassedOver,
  type Location,
  NO_PRIVILEGES,
  nameOf,
  noBucket,
  nothingAt,
  type Objects,
  type StoredObject,
  uriOf,
} from './objects.ts'

/**
 * Buckets as the folders of a directory, so that nothing but a disk is needed. A bucket itself may be a link to a
 * folder elsewhere; a key that leads out of its bucket is refused.
 */
export function openFolder(root: string): Objects {
  return {
    list: (location, depth, passOver) => inWords(location, () => list(root, location, depth, passOver)),

    async *read(object, part) {
      const path = await inWords(object, async () => pathOf(await bucketFolder(root, object), object))
      const bytes = part ? part.end - part.start : object.size
      if (part && bytes === 0) return
      let read = 0
      try {
        for await (const chunk of createReadStream(path, part && { start: part.start, end: part.end - 1 })) {
          read += chunk.length
          yield chunk as Buffer
        }
      } catch (error) {
        throw explain(error, object)
      }
      // A program may still be writing the file: in S3 nobody sees an object before it is whole.
      if (read !== bytes) throw changedMeanwhile(object)
    },

    write: (location, content) =>
      inWords(location, async () => {
        await mkdir(join(root, location.bucket), { recursive: true })
        const path = await pathOf(await bucketFolder(root, location), location)
        await mkdir(dirname(path), { recursive: true })
        const write = async (file: FileHandle) => {
          for await (const text of content) await file.appendFile(text)
        }
        await writeDurably(path, write, { part: `${path}.unfinished` })
      }),

    remove: location =>
      inWords(location, async () => {
        const path = await pathOf(await bucketFolder(root, location), location)
        const found = await statOf(path)
        if (found) await rm(path)
        return found !== undefined
      }),
  }
}

async function list(
  root: string,
  location: Location,
  depth: Depth,
  passOver: (name: string) => void = () => {},
): Promise<readonly StoredObject[]> {
  const home = await bucketFolder(root, location)
  const path = await pathOf(home, location)
  const found = await statOf(path)
  if (found?.isFile() && !location.key.endsWith('/')) return [{ ...location, size: found.size }]
  const passedOver: string[] = []
  const objects = await listFolder(home, location, depth, passedOver)
  if (objects.length === 0) throw nothingAt(location, depth, passedOver, await namesBeside(home, location))
  for (const name of passedOver) passOver(name)
  return objects
}

async function namesBeside(home: string, location: Location): Promise<readonly string[]> {
  const entries = await readdir(await pathOf(home, folderOf(location)), { withFileTypes: true }).catch(() => [])
  return entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
}

/** The folder that a location names; of a prefix, the one that its last slash ends. */
async function listFolder(
  home: string,
  { bucket, key }: Location,
  depth: Depth,
  passedOver: string[],
): Promise<readonly StoredObject[]> {
  const prefix = depth === 'prefix' ? key : ''
  const folder = await pathOf(home, { bucket, key: depth === 'prefix' ? key.slice(0, key.lastIndexOf('/') + 1) : key })
  const objects: StoredObject[] = []
  const walk = async (path: string) => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const below = join(path, entry.name)
      const key = relative(home, below).replaceAll(sep, '/')
      if (!key.startsWith(prefix)) continue
      if (entry.isDirectory()) {
        if (depth !== 'first level') await walk(below)
        else if (!isHidden(entry.name)) passedOver.push(`${entry.name}/`)
      } else if (isInput(key, depth)) {
        const found = await inWords({ bucket, key }, async () => stat(await pathOf(home, { bucket, key })))
        if (found.isFile()) objects.push({ bucket, key, size: found.size })
      } else if (entry.isFile() && isPassedOver(key, depth)) passedOver.push(nameOf(key))
    }
  }
  if ((await statOf(folder))?.isDirectory()) await walk(folder)
  return objects.sort(compareKeys)
}

async function bucketFolder(root: string, location: Location): Promise<string> {
  const { bucket } = location
  const found = await realpath(join(root, bucket)).catch(ignoreMissing)
  if (found) return found
  const names = await readdir(root).catch(() => [])
  const nearest = nearestName(bucket, names)
  const hint = nearest === undefined ? '' : `; is it ${nearest}?`
  throw noBucket(location, `: this server keeps buckets as folders of s3 in its data directory${hint}`)
}

/**
 * The path that stands for a key, with links followed.
 * @throws JobFailure where it lies outside of the bucket's folder, or where folders cannot have such a name
 */
async function pathOf(home: string, location: Location): Promise<string> {
  if (/^\/|\/\//.test(location.key)) {
    throw new JobFailure(
      `${INVALID_LOCATION} ${uriOf(location)} has two slashes in a row, and no folder has an empty name: write one`,
    )
  }
  const parts = location.key.replace(/\/$/, '').split('/')
  const isPlain = location.key === '' || parts.every(part => !['.', '..'].includes(part) && !part.includes('\0'))
  const path = join(home, ...parts)
  const real = isPlain ? await realExisting(path) : ''
  if (real === home || real.startsWith(home + sep)) return path
  throw new JobFailure(`${INVALID_LOCATION} ${uriOf(location)} leads out of its bucket`)
}

/** The real path of as much of a path as is there. */
async function realExisting(path: string): Promise<string> {
  return (await realpath(path).catch(ignoreMissing)) ?? realExisting(dirname(path))
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(ignoreMissing)
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}

async function inWords<Result>(location: Location, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw explain(error, location)
  }
}

/** A refusal of the operating system, in the words of S3. */
function explain(error: unknown, location: Location): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  const uri = uriOf(location)
  if (code === 'EACCES' || code === 'EPERM') return new JobFailure(`${NO_PRIVILEGES} ${uri}`)
  const reason = REASONS.get(code ?? '') ?? code
  return new JobFailure(`${uri} cannot be read or written: ${reason}`)
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it was removed meanwhile, or is a link to nothing'],
  ['EEXIST', 'a part of its path is a file, and not a folder'],
  ['ENOTDIR', 'a part of its path is a file, and not a folder'],
  ['EISDIR', 'it is a folder, and not a file'],
  ['ENAMETOOLONG', 'a part of its path is longer than the disk allows'],
  ['ENOSPC', 'the disk is full'],
])
