import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** How far a file grows, and how many earlier ones are kept. */
interface Rotation {
  /** A file that would be larger is put aside, and a new one begun. */
  readonly maxBytes: number
  /** The number of files put aside that are kept; the oldest are deleted. */
  readonly kept: number
  /** The clock, in milliseconds since 1970; by default the machine's. */
  readonly now?: () => number
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

/** The numbers that tell a file from another under the same name. */
type Identity = Pick<Stats, 'ino' | 'dev'>

interface Opened extends Identity {
  readonly file: FileHandle
}

/** The file that was written last, and when. */
interface Written extends Identity {
  readonly day: string
}

/**
 * Returns a function that appends a text to a file, whole or not at all. The file is put aside under the time when it
 * is full, and when the day (UTC) is over. Others may rename or delete it: the name is looked up before each text. A
 * file is kept open while texts follow one another, since each call of the file system wakes another thread. Only one
 * text may be appended at a time. The day of a file written here is that of this clock. A file system may have another
 * clock: each text would put the file aside then, and the oldest files would be deleted.
 */
export function openRotatingFile(path: string, rotation: Rotation): (text: string) => Promise<void> {
  const { kept, now = Date.now } = rotation
  let opened: Opened | undefined
  let written: Written | undefined
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
    const today = dayOf(now())
    const isOver = isDue(found, written, { today, sizeMax: rotation.maxBytes - bytes.length })
    if (opened && (isOver || !isSame(opened, found))) await close()
    if (isOver) await putAside(path, kept, now())
    opened ??= await openFile(path)
    written = { ino: opened.ino, dev: opened.dev, day: today }
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

function isSame<Other extends Identity>(one: Identity, other: Other | undefined): other is Other {
  return one.ino === other?.ino && one.dev === other.dev
}

function isDue(
  found: Stats | undefined,
  written: Written | undefined,
  { today, sizeMax }: { readonly today: string; readonly sizeMax: number },
): boolean {
  if (!found?.isFile() || found.size === 0) return false
  const day = isSame(found, written) ? written.day : dayOf(found.mtimeMs)
  return found.size > sizeMax || day !== today
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

/** The end of the name of a file that was put aside, such as `2030-01-31T18-00-00.000Z`. */
const ASIDE = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)$/
const endOf = (time: number) => new Date(time).toISOString().replaceAll(':', '-')
const timeOf = (end: string) => Date.parse(end.replace(ASIDE, '$1:$2:$3'))

/** Files go by their names: where the clock was set back, a name follows that of the newest file all the same. */
async function putAside(path: string, kept: number, now: number): Promise<void> {
  const [folder, name] = [dirname(path), `${basename(path)}.`]
  const ends = (await readdir(folder))
    .flatMap(other => (other.startsWith(name) ? other.slice(name.length) : []))
    .filter(end => ASIDE.test(end) && timeOf(end) > 0)
    .sort()
  const newest = ends.at(-1)
  const end = endOf(newest === undefined ? now : Math.max(now, timeOf(newest) + 1))
  await rename(path, join(folder, name + end))
  for (const old of [...ends, end].slice(0, -kept || undefined)) await rm(join(folder, name + old), { force: true })
}
