import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLocked } from './database.ts'

/** The directory of a server that keeps nothing. */
export interface PrivateDirectory {
  readonly path: string
  /** Deletes the folders in it: models, and buckets of `--s3 folder`. The files of an open store stay. */
  empty(): void
  /** Deletes all that is in it. A store there must be closed. */
  clear(): void
  /** Deletes it with everything in it. */
  remove(): void
}

const PREFIX = 'personalite-memory-'
/** Linux keeps files there in memory. A container has 64 MiB of it unless told otherwise, too little for a shop. */
const MEMORY = '/dev/shm'
const ROOM_BYTES = 512 << 20
/** A directory that is being made has no lock yet. */
const SETTLED_MS = 60_000

/**
 * Makes a directory that nobody else uses: in memory where the system has such a place with room, or else in the
 * directory for temporary files. It is deleted by `remove`, or when the process exits. One that a killed process left
 * is deleted here, when the next one is made.
 *
 * SQLite's own databases in memory do not fit. In them a reader and the writer wait for each other, and a training
 * reads for as long as it takes. These files have a write-ahead log, as those of any server.
 */
export function makePrivateDirectory(parent = placeWithRoom()): PrivateDirectory {
  removeLeftOver(parent)
  if (!isWatching) process.once('exit', removeAll)
  isWatching = true
  const path = mkdtempSync(join(parent, PREFIX))
  made.add(path)
  return {
    path,
    empty() {
      for (const file of readdirSync(path, { withFileTypes: true }))
        if (file.isDirectory()) remove(join(path, file.name))
    },
    clear() {
      for (const name of readdirSync(path)) remove(join(path, name))
    },
    remove() {
      made.delete(path)
      remove(path)
    },
  }
}

const made = new Set<string>()
let isWatching = false

function removeAll(): void {
  for (const path of made) remove(path)
}

/** Files that are open cannot be deleted on Windows: a later server deletes them. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {}
}

function placeWithRoom(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize >= ROOM_BYTES) return MEMORY
  } catch {} // there is no such place
  return tmpdir()
}

function removeLeftOver(parent: string): void {
  const before = Date.now() - SETTLED_MS
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(parent, name)
    try {
      if (statSync(path).mtimeMs < before && !isLocked(path)) remove(path)
    } catch {} // another's, or deleted meanwhile
  }
}
