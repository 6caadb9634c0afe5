import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** How far a file grows, and how many earlier ones are kept. */
export interface Rotation {
  /** A file that would be larger is put aside, and a new one begun. */
  readonly maxBytes: number
  /** The number of files put aside that are kept; the oldest are deleted. */
  readonly kept: number
}

/** Only the owner may read the file, as it says who did what. */
const MODE = 0o600

/**
 * Checks that a file can be appended to, and creates it where it is missing. @throws errors of the file system
 */
export async function checkAppendable(path: string): Promise<void> {
  await using _ = await open(path, 'a', MODE)
}

/** How long a file stays open after the last text, in milliseconds. */
const OPEN_MS = 1000

/** An open file, by the numbers that tell it from another under the same name. */
interface Opened {
  readonly file: FileHandle
  readonly ino: number
  readonly dev: number
}

/**
 * Returns a function that appends a text to a file, whole or not at all. The file is put aside under the time when it
 * is full, and when the day (UTC) is over. Others may rename or delete it: the name is looked up before each text. A
 * file is kept open while texts follow one another, since each call of the file system wakes another thread. Only one
 * text may be appended at a time.
 */
export function openRotatingFile(path: string, rotation: Rotation): (text: string) => Promise<void> {
  let opened: Opened | undefined
  let idle: NodeJS.Timeout | undefined
  const close = async () => {
    const { file } = opened ?? {}
    opened = undefined
    await file?.close()
  }
  return async text => {
    clearTimeout(idle)
    const bytes = Buffer.from(text)
    const found = await stat(path).catch(() => undefined)
    const isOver = isDue(found, bytes.length, rotation)
    if (opened && (isOver || found?.ino !== opened.ino || found.dev !== opened.dev)) await close()
    if (isOver) await putAside(path, rotation.kept)
    opened ??= await openFile(path)
    try {
      await opened.file.appendFile(bytes)
    } catch (error) {
      // A part of the last line would make the next line unreadable too.
      await opened.file.truncate(isOver ? 0 : (found?.size ?? 0)).catch(() => {})
      await close()
      throw error
    }
    idle = setTimeout(() => void close().catch(() => {}), OPEN_MS).unref()
  }
}

async function openFile(path: string): Promise<Opened> {
  const file = await open(path, 'a', MODE)
  try {
    const { ino, dev } = await file.stat()
    return { file, ino, dev }
  } catch (error) {
    await file.close()
    throw error
  }
}

function isDue(found: Stats | undefined, more: number, { maxBytes }: Rotation): boolean {
  if (!found?.isFile() || found.size === 0) return false
  return found.size + more > maxBytes || dayOf(found.mtime) !== dayOf(new Date())
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10)

/** The end of the name of a file that was put aside, such as `2030-01-31T18-00-00.000Z`. */
const ASIDE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/

async function putAside(path: string, kept: number): Promise<void> {
  const [folder, name] = [dirname(path), `${basename(path)}.`]
  const asides = (await readdir(folder)).filter(other => other.startsWith(name) && ASIDE.test(other.slice(name.length)))
  let time = Date.now()
  const aside = () => `${name}${new Date(time).toISOString().replaceAll(':', '-')}`
  // A file of this name may be there where the clock was set back.
  while (asides.includes(aside())) time++
  await rename(path, join(folder, aside()))
  const oldest = [...asides, aside()].sort().slice(0, -kept || undefined)
  for (const other of oldest) await rm(join(folder, other), { force: true })
}
