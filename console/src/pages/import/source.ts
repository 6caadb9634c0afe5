import type { Schema } from '../../../../src/datasets/schema.ts'
import type { Peek } from '../../../../src/jobs/objects/files.ts'
import type { Api } from '../../session/api.ts'
import type { Column } from './propose.ts'
import { csvLine, type Sample, sampleOf, splitHeader } from './sample.ts'
import { headerFor, isHeaderRight } from './schema-text.ts'

/** The rows to import: a file that was dropped into the page, or files in S3. */
export interface Source {
  readonly name: string
  /** In bytes, as they are stored, perhaps compressed. */
  readonly bytes: number
  readonly sample: Sample
  readonly file?: File
  /** In S3. */
  readonly location?: string
  /** Of a folder in S3, how many files it has. */
  readonly files?: number
}

/** This many bytes of a file are looked at. */
const SAMPLE_BYTES = 1 << 20
const GZIP = [0x1f, 0x8b]
/** Formats that an import reads and a browser does not: Parquet, and CSV compressed with zstd. */
const OTHERS = [
  [0x50, 0x41, 0x52, 0x31],
  [0x28, 0xb5, 0x2f, 0xfd],
]

/** Whether the server alone can read a file. */
export async function isForServer(file: File): Promise<boolean> {
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return OTHERS.some(beginning => startsWith(first, beginning))
}

/** Reads the beginning of a dropped file. @throws Error where it is no CSV in UTF-8 */
export async function readDropped(file: File): Promise<Source> {
  if (await isForServer(file))
    throw new Error('A browser cannot read Parquet or zstd: name the place of the file in S3')
  const content = await plain(file)
  const text = await decoded(content.slice(0, SAMPLE_BYTES), content.size <= SAMPLE_BYTES)
  return { name: file.name, bytes: file.size, file, sample: sampleOf(text, content.size <= SAMPLE_BYTES) }
}

/** Reads the beginning of a file in S3, or of the first file in a folder there. */
export async function readLocation(api: Api, location: string): Promise<Source> {
  const { rows, lines, size, files, isAll } = await api.inspect<Peek>('files', { query: { location } })
  const [header = [], ...more] = rows
  return { name: location, bytes: size, location, files, sample: { header, rows: more, lines: lines.slice(1), isAll } }
}

/**
 * Returns the content of a dropped file as the import needs it: its header has the names of the fields, where those in
 * the file differ.
 */
export async function contentFor({ file }: Source, columns: readonly Column[], schema: Schema): Promise<Blob> {
  if (isHeaderRight(columns, schema)) return file!
  const content = await plain(file!)
  const text = await decoded(content.slice(0, SAMPLE_BYTES), content.size <= SAMPLE_BYTES)
  const split = splitHeader(text)
  if (!split) throw new Error('The file has a header alone')
  const bytes = new TextEncoder().encode(split.before).length
  return new Blob([csvLine(headerFor(columns)), content.slice(bytes)])
}

/** The content, decompressed if it is gzip. */
async function plain(file: Blob): Promise<Blob> {
  const first = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  if (!startsWith(first, GZIP)) return file
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).blob()
}

/** @param isAll else the last character may be cut off, and is left out */
async function decoded(bytes: Blob, isAll: boolean): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return decoder.decode(await bytes.arrayBuffer(), { stream: !isAll })
  } catch {
    throw new Error('The file is not text in UTF-8: save it as CSV in UTF-8')
  }
}

function startsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, at) => bytes[at] === byte)
}
