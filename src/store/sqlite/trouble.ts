import { statSync } from 'node:fs'
import { StoreError } from '../store.ts'

const DAMAGED = 'the database is damaged: restore a backup'
const GONE = 'the data directory is gone, or its database was replaced under the server: restore it and start anew'
export const TAKEN = 'another server has taken the data directory: stop one of the two'

/**
 * SQLite's result codes of what hinders it, for a while or until somebody helps: https://www.sqlite.org/rescode.html
 */
const HINDRANCES: Readonly<Record<number, string>> = {
  10: 'the disk fails',
  11: DAMAGED, // SQLITE_CORRUPT
  13: 'the disk is full',
  14: 'the database cannot be opened', // SQLITE_CANTOPEN
  26: DAMAGED, // SQLITE_NOTADB
}

/** What hinders the store, in words; undefined where the error is another. */
export function hindranceOf(error: unknown): string | undefined {
  // A row that was damaged in its text alone is not JSON any more.
  if (error instanceof SyntaxError) return DAMAGED
  return HINDRANCES[((error as { errcode?: number }).errcode ?? 0) & 0xff]
}

/** Whether that lasts until the server is started anew, on other files. */
export function isLasting(hindrance: string): boolean {
  return [DAMAGED, GONE, TAKEN].includes(hindrance)
}

/** What keeps the store from being opened, with the file that is to be repaired or replaced. */
export function namingFile(error: unknown, path: string): unknown {
  const hindrance = hindranceOf(error)
  return hindrance === undefined ? error : new StoreError('unavailable', `${path}: ${hindrance}`)
}

/** Functions that read, with what hinders them as a StoreError, of which `found` is told. */
export function inWords<Reads extends object>(reads: Reads, found: (hindrance: string) => void): Reads {
  const named = Object.entries(reads).map(([name, read]) => [
    name,
    (...args: unknown[]) => {
      try {
        return read(...args)
      } catch (error) {
        throw explained(error, found)
      }
    },
  ])
  return Object.fromEntries(named)
}

/** The error as it is thrown: what hinders the store as `unavailable`, of which `found` is told. */
export function explained(error: unknown, found: (hindrance: string) => void): unknown {
  const hindrance = hindranceOf(error)
  if (hindrance === undefined) return error
  found(hindrance)
  return new StoreError('unavailable', hindrance)
}

/**
 * Gives what tells whether the database and its log are still the files that they were when this was called: whoever
 * deletes or replaces them under a server leaves it with files that have no name, in which writes are lost.
 */
export function watchFiles(path: string): () => string | undefined {
  const files = [path, `${path}-wal`]
  const idOf = (file: string) => {
    const found = statSync(file, { throwIfNoEntry: false })
    return found && `${found.dev} ${found.ino}`
  }
  const ids = files.map(idOf)
  return () => (files.every((file, i) => idOf(file) === ids[i]) ? undefined : GONE)
}
