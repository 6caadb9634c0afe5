import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

/** A page has some 1 MiB. One that becomes more than this is none, but fills the memory. */
const PAGE_BYTES = 256 << 20

/** Node's own where it has them: they are the faster ones. */
const all: Compressors = {
  ...compressors,
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
