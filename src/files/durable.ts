import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

interface Writing {
  /** The name of the file while it is written; `<path>.part` unless given. */
  readonly part?: string
  /** Permissions of the file, before the process's umask. */
  readonly mode?: number
  /** Moves the whole file to its name: renames it unless given, which replaces a file of that name. */
  readonly place?: (part: string, path: string) => Promise<void>
}

/**
 * Writes a file that has its name only once it is whole and on disk. After a crash the old file is there, or the new
 * one. A part that a crash left is replaced. Where `write` or the disk fails, no part stays.
 * @throws the errors of `write`, and of the file system
 */
export async function writeDurably(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  { part = `${path}.part`, mode, place = rename }: Writing = {},
): Promise<void> {
  await rm(part, { force: true })
  try {
    {
      await using file = await open(part, 'wx', mode)
      await write(file)
      await file.sync()
    }
    await place(part, path)
  } finally {
    await rm(part, { force: true })
  }
  await sync(dirname(path))
}

/** Returns once a file, or the names in a folder, are on disk. @throws errors of the file system */
export async function sync(path: string): Promise<void> {
  await using handle = await open(path)
  await handle.sync()
}
