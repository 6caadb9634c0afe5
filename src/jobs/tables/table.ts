import type { Field } from '../../datasets/schema.ts'

/** From a byte of a file to before another. */
export interface Part {
  readonly start: number
  readonly end: number
}

/** A file of rows, in CSV or Parquet. */
export interface TableFile {
  /** The name of the file in failures. */
  readonly uri: string
  /** In bytes. */
  readonly size: number
  /** Its content, or a part of it. */
  read(part?: Part): AsyncIterable<Uint8Array>
}

/** Rows as texts, and the number of the line or row where each begins, the first being 1. */
export interface TableRows {
  readonly rows: string[][]
  readonly numbers: number[]
}

/** Rows of a file, a chunk at a time. The first row of all is the names of the columns. */
export type TableChunks = AsyncGenerator<TableRows>

/** How the content of files is read. */
export interface TableOptions {
  /** The columns that are wanted: a format with columns leaves others unread. Left out, all that have a text are. */
  readonly fields?: readonly Pick<Field, 'name' | 'type'>[]
  /** Is told of content as it is after decompression, in bytes. @throws JobFailure where it becomes too much */
  readonly unpacked?: ((bytes: number) => void) | undefined
  /** Is told of a file without a line, by its name in failures; left out, such a file is a failure. */
  readonly onEmpty?: ((uri: string) => void) | undefined
}

/** Rows given at once: some 1 ms of work, so that the thread is seldom deaf to the store's answers for longer. */
export const CHUNK_ROWS = 400

/** A file that is in memory. @param uri the name of the file in failures */
export function tableInMemory(uri: string, content: Uint8Array): TableFile {
  return {
    uri,
    size: content.length,
    async *read({ start, end } = { start: 0, end: content.length }) {
      yield content.subarray(start, end)
    },
  }
}
