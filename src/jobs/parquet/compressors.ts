import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

/** A page has some 1 MiB. One that becomes more than this is none, but fills the memory. */
const PAGE_BYTES = 256 << 20

/**
 * Pages marked LZ4 are in frames of Hadoop, or as fastparquet writes them a plain block. The library tells the two
 * apart by the first 8 bytes, and fails where those of a block look like a frame.
 */
function decompressLz4(input: Uint8Array, bytes: number): Uint8Array {
  try {
    return compressors.LZ4!(input, bytes)
  } catch {
    return compressors.LZ4_RAW!(input, bytes)
  }
}

/** Node's own where it has them: they are the faster ones. */
const all: Compressors = {
  ...compressors,
  LZ4: decompressLz4,
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
}

/**
 * Decompresses the pages of Parquet files. Each throws an error for a page that becomes more than 256 MiB. A page of
 * nulls alone becomes nothing, which no decompressor takes.
 */
export const pageCompressors: Compressors = Object.fromEntries(
  Object.entries(all).map(([codec, decompress]) => {
    const bounded: typeof decompress = (input, bytes) => {
      if (bytes > PAGE_BYTES) throw new Error(`a page of ${bytes} bytes; ${PAGE_BYTES} are the most`)
      return bytes === 0 ? new Uint8Array() : decompress(input, bytes)
    }
    return [codec, bounded]
  }),
)
