import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InvalidInputException, ServiceUnavailable } from '../../contract/errors.ts'
import { sync } from '../../files/durable.ts'
import { uriOf } from './objects.ts'

/** The folder of uploads has a name that no bucket of an operator has. */
const BUCKET = 'personalite-console-uploads'
const MAX_BYTES = 512 << 20
const KEPT_MS = 7 * 86_400_000

const UPLOAD = /^[a-z0-9-]{16,64}$/
const NAME = /^\w[\w.-]{0,99}$/

/** The file that a piece is of. */
interface UploadName {
  /** Chosen by the client: all pieces of a file have the same, and no other file has it. */
  readonly upload: string
  readonly name: string
}

/** A part of a file's content. */
interface Piece {
  readonly offset: number
  readonly content: Uint8Array
  readonly isLast: boolean
}

/** Files that clients put for jobs to read, such as a CSV file that a person drops into the console. */
export interface Uploads {
  readonly maxBytes: number
  /**
   * Puts a piece of a file. The same piece may be put again. Returns how many bytes there are, and with the last piece
   * the location of the file.
   * @throws InvalidInputException
   * @throws ServiceUnavailable where the disk takes no more; where it is full, the pieces before are deleted
   */
  put(name: UploadName, piece: Piece): Promise<{ readonly bytes: number; readonly location?: string }>
  /** Deletes a file by its location. @throws InvalidInputException where no client put it */
  remove(location: string): Promise<void>
}

/**
 * Opens the uploads of a server whose buckets are the folders of a directory. A file that nobody deleted goes after
 * seven days.
 */
export function openUploads(root: string): Uploads {
  const home = join(root, BUCKET)
  return {
    maxBytes: MAX_BYTES,
    async put(file, piece) {
      checkNames(file)
      return put(root, file, piece).catch(error => refuse(error, join(home, file.upload)))
    },
    async remove(location) {
      const [upload = '', name = '', ...more] = location.replace(`s3://${BUCKET}/`, '').split('/')
      if (more.length > 0) throw new InvalidInputException(`location must be s3://${BUCKET}/UPLOAD/NAME`)
      checkNames({ upload, name })
      await rm(join(home, upload), { recursive: true, force: true })
    },
  }
}

async function put(root: string, { upload, name }: UploadName, { offset, content, isLast }: Piece) {
  const home = join(root, BUCKET)
  const bytes = offset + content.length
  if (bytes > MAX_BYTES) throw new InvalidInputException(`The file must be of ${MAX_BYTES} bytes at most`)
  const path = join(home, upload, name)
  if (offset === 0) {
    await sweep(home)
    await mkdir(dirname(path), { recursive: true })
  }
  const part = `${path}.unfinished`
  // Where the reply to the last piece was lost, the file has its name already.
  const isWhole = isLast && offset > 0 && !(await sizeOf(part)) && (await sizeOf(path)) === bytes
  if (!isWhole) await writePiece(part, { offset, content, isLast })
  if (!isLast) return { bytes }
  if (!isWhole) await rename(part, path)
  for (const folder of [dirname(path), home, root]) await sync(folder)
  return { bytes, location: uriOf({ bucket: BUCKET, key: `${upload}/${name}` }) }
}

/**
 * The fault of a disk, in words. A full one gets its room back: nobody would delete the pieces for a week.
 * @throws ServiceUnavailable, or any other error as it is
 */
async function refuse(error: NodeJS.ErrnoException, folder: string): Promise<never> {
  if (error.syscall === undefined) throw error
  if (!['ENOSPC', 'EDQUOT'].includes(error.code ?? ''))
    throw new ServiceUnavailable(`The server cannot write files for jobs: ${error.code}`)
  await rm(folder, { recursive: true, force: true })
  throw new ServiceUnavailable('The disk of the server has no room for the file: begin again when it has')
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  )

function checkNames({ upload, name }: UploadName): void {
  if (!UPLOAD.test(upload))
    throw new InvalidInputException('upload must be 16 to 64 characters of a-z, 0-9 and -, such as a UUID')
  if (!NAME.test(name))
    throw new InvalidInputException(
      'name must be 100 characters of A-Z, a-z, 0-9, _, - and . at most, such as users.csv',
    )
}

async function writePiece(path: string, { offset, content, isLast }: Piece): Promise<void> {
  await using file = await open(path, offset === 0 ? 'w' : 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new InvalidInputException('offset must be 0 for the first piece of a file')
    throw error
  })
  const { size } = await file.stat()
  if (offset > size) throw new InvalidInputException(`offset must be ${size}, where the pieces before it end`)
  // A disk that fills up takes a part of it, and says no before the next one.
  for (let at = 0; at < content.length; )
    at += (await file.write(content, at, content.length - at, offset + at)).bytesWritten
  if (isLast) await file.truncate(offset + content.length)
  if (isLast) await file.sync()
}

/** Deletes uploads that nobody touched for a week. */
async function sweep(home: string): Promise<void> {
  const names = await readdir(home).catch(() => [])
  for (const name of names.filter(one => UPLOAD.test(one))) {
    const found = await stat(join(home, name)).catch(() => undefined)
    if (found && found.mtimeMs < Date.now() - KEPT_MS) await rm(join(home, name), { recursive: true, force: true })
  }
}
