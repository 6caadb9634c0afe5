import { pipeline, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { JobFailure } from '../failure.ts'
import { type Peeked, peek } from './peek.ts'
import { inFrames } from './zstd-frames.ts'

interface Compression {
  readonly name: string
  readonly start: RegExp
  /** The compressed content as the decoder of Node.js takes it. @param uri the name of the file in failures */
  prepare(uri: string, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  open(): Transform
}

const CHUNK = { chunkSize: 1 << 16 }

/** The compressions of files of text, by their first bytes in hexadecimal; pzstd begins with a frame to be skipped. */
const compressions: readonly Compression[] = [
  { name: 'gzip', start: /^1f8b/, prepare: (_uri, content) => content, open: () => createGunzip(CHUNK) },
  { name: 'zstd', start: /^(28b52ffd|5.2a4d18)/, prepare: inFrames, open: () => createZstdDecompress(CHUNK) },
]

/** The name of the compression of a content that begins so, in hexadecimal; undefined where it has none. */
export function compressionOf(head: string): string | undefined {
  return compressions.find(({ start }) => start.test(head))?.name
}

/**
 * The content of a file of text, decompressed if it is gzip or zstd; its name does not matter. Nothing is kept, so that
 * a small file that becomes a huge one costs time alone.
 * @param uri the name of the file in failures
 * @param check is told the first bytes of the content, in hexadecimal, and the file's name
 * @throws JobFailure for a file that is damaged, and the errors of `check`
 */
export async function* unpack(
  uri: string,
  { head, whole }: Peeked,
  check: (uri: string, head: string) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const compression = compressions.find(({ start }) => start.test(head))
  if (!compression) {
    check(uri, head)
    yield* whole
    return
  }
  try {
    const unpacked = await peek(pipeline(compression.prepare(uri, whole), compression.open(), () => {}))
    check(`${uri} (decompressed)`, unpacked.head)
    yield* unpacked.whole
  } catch (error) {
    throw explain(uri, compression.name, error)
  }
}

function explain(uri: string, name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'Z_BUF_ERROR') return new JobFailure(`${uri} is ${name} whose end is missing: upload it again`)
  if (code === 'ZSTD_error_frameParameter_windowTooLarge')
    return new JobFailure(`${uri} is zstd with a window of more than 128 MiB: compress it without --long`)
  return code?.match(/^(Z_|ZSTD_)/) ? new JobFailure(`${uri} is ${name}, but damaged: ${message}`) : error
}

/** The same content; `unpacked` is told the bytes of each chunk before it. */
export async function* telling(
  content: AsyncIterable<Uint8Array>,
  unpacked: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    unpacked(chunk.length)
    yield chunk
  }
}
