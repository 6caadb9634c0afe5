import type { TableFile } from '../../src/jobs/tables/table.ts'

/** A file of rows whose content comes in pieces of this many bytes. */
export function tableInPieces(uri: string, content: string | Uint8Array, pieceBytes = 1 << 16): TableFile {
  const bytes = Buffer.from(content as Uint8Array)
  return {
    uri,
    size: bytes.length,
    async *read({ start, end } = { start: 0, end: bytes.length }) {
      for (let from = start; from < end; from += pieceBytes)
        yield bytes.subarray(from, Math.min(from + pieceBytes, end))
    },
  }
}
