import { statSync } from 'node:fs'
import { StoreError } from '../store.ts'

const DAMAGED = 'the database is damaged: restore a backup'
const GONE = 'the data directory is gone, or its database was replaced under the server: restore it and start anew'
export const ENDED = 'the thread that writes has ended: start the server anew'
export const TAKEN = 'another server has taken the data directory: stop one of the two'

/** SQLite's result codes of its faults, which pass or last until somebody helps: https://www.sqlite.org/rescode.html */
const HINDRANCES: Readonly<Record<number, string>> = {
  10: 'the disk fails',
  11: DAMAGED, // SQLITE_CORRUPT
  13: 'the disk is full',
  14: 'the database cannot be opened', // SQLITE_CANTOPEN
  26: DAMAGED, // SQLITE_NOTADB
}

/** The fault of the store, in words; undefined if the error is another. */
export function hindranceOf(error: unknown): string | undefined {
  // A row that was damaged in its text alone is not JSON any more.
  if (error instanceof SyntaxError) return DAMAGED
  return HINDRANCES[((error as { errcode?: number }).errcode ?? 0) & 0xff]
}

/** Whether that lasts until the server is started anew, on other files. */
export function isLasting(hindrance: string): boolean {
  return [DAMAGED, GONE, TAKEN].includes(hindrance)
}

/** The fault that keeps the store from being opened, with the file to repair or replace. */
export function namingFile(error: unknown, path: string): unknown {
  const hindrance = hindranceOf(error)
  return hindrance === undefined ? error : new StoreError('unavailable', `${path}: ${hindrance}`)
}

/** The error to throw: a fault of the store as `unavailable`; `found` is told of it. */
export function explained(error: unknown, found: (hindrance: string) => void): unknown {
  const hindrance = hindranceOf(error)
  if (hindrance === undefined) return error
  found(hindrance)
  return new StoreError('unavailable', hindrance)
}

/**
 * Returns a function that tells whether the database and its log are still the files that they were at this call. If
 * they are deleted or replaced under a server, it has files without a name, and its writes are lost.
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
