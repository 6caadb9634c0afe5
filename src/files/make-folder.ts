import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder that only this user may enter, and the folders that it is in, where they are missing. Node's own
 * `recursive` never returns where a parent is there and takes no folders, as `/proc`.
 * @returns the first folder that was made; undefined where all were there
 * @throws errors of the file system
 */
export function makeFolder(path: string): string | undefined {
  try {
    mkdirSync(path, { mode: 0o700 })
    return path
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(parent)) {
      const first = makeFolder(parent)
      return makeFolder(path) && (first ?? path)
    }
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined
    throw error
  }
}
