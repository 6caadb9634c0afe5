import { InvalidInputException } from '../../contract/errors.ts'
import { nearestName } from '../../datasets/names.ts'
import { JobFailure } from '../failure.ts'
import type { Part, TableFile } from '../tables/table.ts'

export interface Location {
  readonly bucket: string
  /** The name in the bucket; '' is all of it. */
  readonly key: string
}

export interface StoredObject extends Location {
  /** In bytes. */
  readonly size: number
  /** Changes when the content does, where the store of objects says so. */
  readonly etag?: string | undefined
}

/**
 * How much of a folder is read, as the guide has it: its first level by an import, subfolders as well by a deletion. A
 * batch job reads every object whose key begins with the location's (creating-batch-inference-job.md).
 */
export type Depth = 'first level' | 'subfolders' | 'prefix'

/** Where jobs read their files from and write them to. Every error is a JobFailure in the service's words. */
export interface Objects {
  /**
   * The object at the location. Or else the objects in the folder at it (or by a prefix) that `isInput`, in the order
   * of their keys.
   * @param passOver is told the names of files in the folder that are not read (see `isPassedOver`). Where only the
   *   first level is read, it is also told those of folders, with a slash at the end
   * @throws JobFailure where there are none
   */
  list(location: Location, depth: Depth, passOver?: (name: string) => void): Promise<readonly StoredObject[]>
  /** @param part all of it where it is left out */
  read(object: StoredObject, part?: Part): AsyncIterable<Uint8Array>
  /** Writes an object that nobody sees until it is whole. */
  write(location: Location, content: AsyncIterable<string>, kmsKeyArn?: string): Promise<void>
  /** Removes an object. Returns whether there was one, as far as this server may see. */
  remove(location: Location): Promise<boolean>
}

/** The service's own words (error-messages.md); the fault follows. */
export const INVALID_LOCATION = 'Invalid Data location.'
export const NO_PRIVILEGES = 'Insufficient privileges for accessing data in Amazon S3.'

/**
 * Reads `s3://BUCKET/KEY`.
 * @param member the message's name for it, e.g. `dataSource.dataLocation`
 * @throws InvalidInputException also for http and https, which the model's pattern allows and the guide never mentions
 */
export function parseLocation(member: string, text: string | undefined): Location {
  const [, bucket, key = ''] = /^s3:\/\/([a-z\d][\w.-]*)(?:\/(.*))?$/is.exec(text ?? '') ?? []
  if (bucket) return { bucket, key }
  const got = text === undefined ? 'nothing' : `"${text.slice(0, 80)}"`
  throw new InvalidInputException(
    `${INVALID_LOCATION} ${member} must be s3://BUCKET/FOLDER/FILE.csv or s3://BUCKET/FOLDER/, got ${got}`,
  )
}

/** The failure of a job whose bucket there is none of. @param hint the end of the message */
export function noBucket({ bucket }: Location, hint = ''): JobFailure {
  return new JobFailure(`${INVALID_LOCATION} There is no bucket "${bucket}"${hint}`)
}

/** The failure of a job whose file has become another one since it was listed. */
export function changedMeanwhile(object: Location): JobFailure {
  return new JobFailure(`${uriOf(object)} changed while it was read: create the job again when the file is whole`)
}

/** The location of this name in the folder at the location. */
export function inFolder({ bucket, key }: Location, name: string): Location {
  return { bucket, key: `${key}${key === '' || key.endsWith('/') ? '' : '/'}${name}` }
}

/** A location as users write it: `s3://bucket/key`. */
export function uriOf({ bucket, key }: Location): string {
  return `s3://${bucket}/${key}`
}

/** An object as a file of rows. */
export function tableOf(objects: Objects, object: StoredObject): TableFile {
  return { uri: uriOf(object), size: object.size, read: part => objects.read(object, part) }
}

/** A file of rows by its name: CSV, which may be compressed, or Parquet. */
function isTable(key: string): boolean {
  return /\.(csv(\.(gz|zst))?|parquet)$/i.test(key)
}

/**
 * Whether somebody may have meant a file of a folder to be read that is not. Spark and others write `_SUCCESS` and
 * `.crc`.
 */
export function isPassedOver(key: string, depth: Depth): boolean {
  return depth !== 'prefix' && !isTable(key) && /(^|\/)[^/._][^/]*$/.test(key)
}

/** Whether a folder has a name of those that programs leave behind, such as `_temporary` of Spark. */
export function isHidden(name: string): boolean {
  return /^[._]/.test(name)
}

export const nameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1)

/**
 * Whether an object of a folder is read. The output of earlier batch jobs, in the folder that they read, is not. Nor is
 * a table whose name begins with a dot: beside `users.csv`, macOS leaves `._users.csv` in archives and on shared disks.
 */
export function isInput(key: string, depth: Depth): boolean {
  return depth === 'prefix' ? !/(\/|\.out|\.unfinished)$/.test(key) : isTable(key) && !nameOf(key).startsWith('.')
}

/**
 * @param passedOver the names of files and folders that are there and not read
 * @param beside the names in the folder that the location is in (`folderOf`); those of folders may end in a slash
 */
export function nothingAt(
  location: Location,
  depth: Depth,
  passedOver: readonly string[],
  beside: readonly string[],
): JobFailure {
  const there = passedOverNotes(passedOver).map(note => `: ${note}`)
  const what = depth === 'prefix' ? 'file' : 'CSV or Parquet file'
  const hint = there.length > 0 ? there.join('') : hintFor(location, beside)
  return new JobFailure(`${INVALID_LOCATION} There is no ${what} at ${uriOf(location)}${hint}`)
}

/** The folder that an object or a folder is in, with the slash at its end. */
export function folderOf({ bucket, key }: Location): Location {
  return { bucket, key: key.slice(0, key.lastIndexOf('/', key.length - 2) + 1) }
}

function hintFor(location: Location, beside: readonly string[]): string {
  if (location.key.includes('*')) return '; * stands for nothing else: name a folder to read all of its files'
  const folder = folderOf(location)
  const shown = beside.filter(name => !name.startsWith('.'))
  const stems = shown.map(stemOf)
  const name = location.key.slice(folder.key.length)
  const nearest = nearestName(stemOf(name), stems)
  if (beside.includes(`${name.replace(/\/$/, '')}/`)) return '; the folder has no such file'
  if (beside.includes(name)) return '; it was removed meanwhile, or is a link to nothing'
  return nearest === undefined ? '' : `; is it ${uriOf(inFolder(folder, shown[stems.indexOf(nearest)]!))}?`
}

/** A name without the end that many files have. */
const stemOf = (name: string) => name.trim().replace(/(\.(csv|parquet|jsonl?|txt))?(\.(gz|zst))?\/?$/i, '')

const NAMES_SHOWN = 5

/** Notes on the files and the folders of a folder that were not read, and why; none where there are no such. */
export function passedOverNotes(names: readonly string[]): readonly string[] {
  const files = names.filter(name => !name.endsWith('/'))
  const folders = names.filter(name => name.endsWith('/')).map(name => name.slice(0, -1))
  const notes: string[] = []
  if (files.length > 0)
    notes.push(`names of files to read end in .csv, .csv.gz, .csv.zst or .parquet, not as ${shownNames(files)}`)
  if (folders.length > 0)
    notes.push(`an import reads the first level of a folder, and not the folders in it: ${shownNames(folders)}`)
  return notes
}

/** Returns the first names as notes show them, and how many more there are. @param names also with their folders */
export function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(name => JSON.stringify(nameOf(name)))
  if (names.length > NAMES_SHOWN) shown.push(`and ${names.length - NAMES_SHOWN} more`)
  return shown.join(', ')
}

/** S3's own order of keys: that of their UTF-8 bytes. */
export function compareKeys(a: Location, b: Location): number {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))
}
