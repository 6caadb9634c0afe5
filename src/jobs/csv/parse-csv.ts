import { type CsvError, type Options, Parser } from 'csv-parse'
import { JobFailure } from '../failure.ts'
import { createCleaner } from './clean-text.ts'

/** Rows as they were written, and the line on which each ends, the first being 1. */
export interface CsvRows {
  readonly rows: string[][]
  readonly lines: number[]
}

/**
 * How files are parsed. UTF-8 with or without a byte order mark, LF or CRLF; blank lines are skipped; whether a row has
 * as many cells as the header is checked with its values. A row is at most 1 MiB, so that a quote that is never closed
 * does not fill the memory.
 */
export const CSV_OPTIONS: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: 1 << 20,
}

/** Rows given at once: some 1 ms of work, so that the thread is seldom deaf to the store's answers for longer. */
const CHUNK_ROWS = 400

/**
 * Parses a CSV file a chunk of rows at a time.
 * @param uri what failures call it
 * @throws JobFailure naming the line where it is not CSV or not UTF-8
 */
export async function* parseCsv(uri: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRows> {
  const parser = new RowParser(uri)
  const cleaner = createCleaner()
  for await (const chunk of content) {
    await parser.addText(cleaner.clean(chunk))
    while (parser.rows.length >= CHUNK_ROWS) yield parser.give(CHUNK_ROWS)
  }
  await parser.addText(cleaner.end())
  await parser.finish()
  while (parser.rows.length > 0) yield parser.give(CHUNK_ROWS)
}

/** Gathers the rows of a chunk of text while it is written: as a stream of objects it would be a fifth slower. */
class RowParser extends Parser {
  readonly rows: string[][] = []
  readonly #lines: number[] = []
  readonly #uri: string

  constructor(uri: string) {
    super(CSV_OPTIONS)
    this.#uri = uri
    this.on('error', () => {}) // `addText` and `finish` tell of it
  }

  override push(row: string[] | null): boolean {
    if (row) {
      this.rows.push(row)
      this.#lines.push(this.info.lines)
    }
    return true
  }

  async addText({ text, isBroken }: ReturnType<ReturnType<typeof createCleaner>['end']>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.write(text, error => (error ? reject(this.#explain(error)) : resolve()))
    })
    if (!isBroken) return
    await this.finish()
    throw new JobFailure(`${this.#uri} line ${this.info.lines}: the text is not UTF-8`)
  }

  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once('error', error => reject(this.#explain(error))).end(resolve)
    })
  }

  give(count: number): CsvRows {
    return { rows: this.rows.splice(0, count), lines: this.#lines.splice(0, count) }
  }

  #explain(error: Error): JobFailure {
    const problem = problems[(error as CsvError).code] ?? error.message
    return new JobFailure(`${this.#uri} line ${this.info.lines}: ${problem}`)
  }
}

const problems: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell must end with its quote; for a quote in it write \\" or ""',
  INVALID_OPENING_QUOTE: 'a cell with a quote in it must be in quotes, and the quote in it written \\" or ""',
  CSV_QUOTE_NOT_CLOSED: 'a quote that was opened here or before is not closed',
  CSV_MAX_RECORD_SIZE: 'the row is longer than 1 MiB: a quote may not be closed',
}
