import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { MigrationListener } from '../migrations.ts'
import { sqlite } from './builtin.ts'
import { migrate } from './migrate.ts'
import { namingFile } from './trouble.ts'

/**
 * Opens the database for the one thread that writes to it, and brings its tables up to date.
 *
 * - `synchronous=FULL` with a write-ahead log: a commit is on the disk when it returns.
 * - pages of 1 KiB: a replaced user dirties one page, and the whole page goes to the log. With 5 million users that
 *   made 8,300 calls/s against 3,800 with 4 KiB (docs/decisions/0002-small-pages.md).
 * - a cache of 16 MiB: where pages were split, a commit looks through all of it
 *   (docs/measurements/0003-puts-are-a-log.md).
 * @param migrating is told how far the tables are that are brought up to date
 */
export function openForWriting(path: string, migrating?: MigrationListener): DatabaseSync {
  // Its owner's alone, also in a directory that was there before; SQLite creates its other files with the same mode.
  closeSync(openSync(path, 'a', 0o600))
  const db = new sqlite.DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 10_000 })
  db.exec(`
    PRAGMA page_size = 1024;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON; -- macOS, where fsync alone stops at the disk's cache
    PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 400000; -- 400 MiB; before that the checkpointer has its turns
    PRAGMA journal_size_limit = 67108864;
  `)
  migrate(db, migrating)
  return db
}

/** Opens it for reading. Every statement sees all commits before it began. */
export function openForReading(path: string): DatabaseSync {
  const db = new sqlite.DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  db.exec('PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824')
  return db
}

/** The id that the store was given when it was made: `Store.identity`. */
export function identityOf(db: DatabaseSync): string {
  return db.prepare('SELECT id FROM identity').get()!.id as string
}

/**
 * Before a parameter: with a bare `LIMIT ?` SQLite prepares a statement anew for each value, 10 µs where reading takes
 * 3.
 */
export const LIMIT = 'LIMIT 0 +'

/** Returns a function for the result of `read` as of one moment, though it takes several statements. */
export function openMoments(db: DatabaseSync): <Result>(read: () => Result) => Result {
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')]
  return read => {
    begin.run()
    try {
      return read()
    } finally {
      commit.run()
    }
  }
}

/** SQLite's result codes where another holds the lock, and where the file of the lock is none of its own. */
const BUSY = 5
const NOT_A_DATABASE = 26

/**
 * Holds the data directory for this process alone until the returned function is called or the process dies. The
 * operating system drops the lock of a dead process, so there is no stale lock file to remove.
 * @throws Error where another process holds it, or this user may not write there
 */
export function lockDirectory(dataDir: string): () => void {
  const path = `${dataDir}/lock.sqlite`
  // Of a file that it may not write, SQLite says no more than that it could not be opened.
  for (const place of [dataDir, path].filter(one => existsSync(one))) accessSync(place, constants.W_OK)
  const lock = new sqlite.DatabaseSync(path)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    const { errcode } = error as { errcode?: number }
    if (errcode === NOT_A_DATABASE) throw new Error(`${path} is damaged. It has no data: delete it and start again`)
    if (errcode !== BUSY) throw namingFile(error, path)
    throw new Error(`${dataDir} is in use by another personalite server; stop it or choose another --data-dir`)
  }
  return () => lock.close()
}

/** Whether a process holds the data directory. A directory without a lock, or without a file for it, is nobody's. */
export function isLocked(dataDir: string): boolean {
  if (!existsSync(`${dataDir}/lock.sqlite`)) return false
  try {
    lockDirectory(dataDir)()
    return false
  } catch {
    return true
  }
}
